#include "ipc/pipe/pipe.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace signalbox {
namespace {

// What a Pipe keeps with each opening (OpenFile::file_state): that it counts among the ends, and for a read end that
// came before any writer, how many there had been; such an end is not hung up.
constexpr std::uint64_t counts = 1;
constexpr unsigned had_been_shift = 1;

Result<std::size_t> as_far_as(std::size_t done, Errno error) {
  if (done > 0) return done;
  return error;
}

// Who slept and leaves wakes the next in the queue if something is left for him: a change wakes one, who may take less
// than there is. Also when he leaves because he has to end.
class PassOn {
 public:
  PassOn(WaitQueue& queue, const PipeRing& ring, bool (*is_left)(const PipeRing&))
      : queue_(queue), ring_(ring), is_left_(is_left) {}
  PassOn(const PassOn&) = delete;
  PassOn& operator=(const PassOn&) = delete;
  ~PassOn() {
    if (has_slept && is_left_(ring_)) queue_.wake(Waiters::one);
  }

  bool has_slept = false;

 private:
  WaitQueue& queue_;
  const PipeRing& ring_;
  bool (*is_left_)(const PipeRing&);
};

}  // namespace

Pipe::Pipe(const FileAttributes& given, std::shared_ptr<UserQuota> pages)
    : File(FileKind::fifo, given), ring_(default_pages), quota_(std::move(pages)) {}

Pipe::~Pipe() { give_pages_back(); }

void Pipe::open_ends(OpenFile& read_end, OpenFile& write_end) {
  add_end(readers_);
  add_end(writers_);
  read_end.file_state = counts;
  write_end.file_state = counts;
}

// pipe_read.
Result<std::size_t> Pipe::read(Current& current, UserBytes& to, const Place& place) {
  if (to.size() == 0) return std::size_t{0};
  PassOn pass_on(data_, ring_, [](const PipeRing& ring) { return !ring.is_empty(); });
  while (true) {
    const Result<std::size_t> done = take_what_is_there(current, to);
    if (!done.has_value() || *done > 0) {
      attributes.accessed = current.now();
      return done;
    }
    if (writers_.open == 0) return std::size_t{0};
    if ((place.flags & o_nonblock) != 0) return Errno::eagain;
    if (current.sleep_on(data_) == WakeReason::interrupted) return Errno::eintr;
    pass_on.has_slept = true;
  }
}

Result<std::size_t> Pipe::take_what_is_there(Current& current, UserBytes& to) {
  std::size_t done = 0;
  while (done < to.size() && !ring_.is_empty()) {
    const auto unread = ring_.first();
    const std::size_t wanted = std::min(unread.size(), to.size() - done);
    const std::size_t moved = to.fill(done, unread.first(wanted));
    if (moved < wanted) {  // nothing is taken of a page that does not arrive whole
      const auto present = to.make_present(current, done + moved, UserBytes::Use::fill);
      if (!present.has_value()) return as_far_as(done, present.error());
      continue;
    }
    done += moved;
    const bool was_full = ring_.is_full();
    const bool is_packet = ring_.is_first_packet();
    if (is_packet) {
      ring_.drop_first();
    } else {
      ring_.consume(moved);
    }
    freed(was_full);
    if (is_packet) break;
  }
  return done;
}

// pipe_write.
Result<std::size_t> Pipe::write(Current& current, UserBytes& from, const Place& place) {
  const auto run = (place.flags & o_direct) != 0 ? PipeRing::Run::packet : PipeRing::Run::stream;
  std::size_t done = 0;
  PassOn pass_on(room_, ring_, [](const PipeRing& ring) { return !ring.is_full(); });
  while (done < from.size()) {
    if (readers_.open == 0) {
      current.raise(Signal::sigpipe);
      return as_far_as(done, Errno::epipe);
    }
    const Result<std::size_t> put = put_next(current, from, done, run);
    if (!put.has_value()) return as_far_as(done, put.error());
    done += *put;
    if (done > 0) attributes.modified = attributes.changed = current.now();
    if (*put > 0 || !ring_.is_full()) continue;
    if ((place.flags & o_nonblock) != 0) return as_far_as(done, Errno::eagain);
    if (current.sleep_on(room_) == WakeReason::interrupted) return as_far_as(done, Errno::eintr);
    pass_on.has_slept = true;
  }
  return done;
}

// What follows `done`: into the last page what is beyond whole pages, if that is all that it needs, else a page more.
// 0: there is no room, or there was none when the bytes had become present.
Result<std::size_t> Pipe::put_next(Current& current, UserBytes& from, std::size_t done, PipeRing::Run run) {
  const std::size_t left = from.size() - done;
  const std::size_t odd = left % PipeRing::page_bytes;
  std::span<std::byte> room;
  if (done == 0 && odd > 0 && run == PipeRing::Run::stream) room = ring_.room_to_merge(odd);
  const bool merges = !room.empty();
  if (!merges) {
    if (ring_.is_full()) return std::size_t{0};
    room = ring_.next_page().first(std::min(left, PipeRing::page_bytes));
  }
  const std::size_t taken = from.take(done, room);
  if (taken < room.size()) {
    TRY(from.make_present(current, done + taken, UserBytes::Use::take));
    return std::size_t{0};
  }
  const bool was_empty = ring_.is_empty();
  if (merges) {
    ring_.merged(taken);
  } else {
    ring_.append(taken, run);
  }
  filled(was_empty);
  return taken;
}

void Pipe::filled(bool was_empty) {
  if (was_empty) data_.wake(Waiters::one);
  watchers_.tell(poll_readable);
}

void Pipe::freed(bool was_full) {
  if (!was_full || ring_.is_full()) return;
  room_.wake(Waiters::one);
  watchers_.tell(poll_writable);
}

void Pipe::add_end(Ends& ends) {
  if (readers_.open == 0 && writers_.open == 0) take_pages();
  ++ends.ever;
  ++ends.open;
  if (ends.open == 1) other_end_.wake(Waiters::all);
}

// fifo_open.
Result<void> Pipe::opened(Current& current, OpenFile& file) {
  const bool waits = (file.flags() & o_nonblock) == 0;
  if (!file.can_read() && !file.can_write()) return Errno::einval;
  if (file.can_read() && file.can_write()) {
    add_end(readers_);
    add_end(writers_);
    file.file_state = counts;
    return {};
  }
  if (file.can_write() && !waits && readers_.open == 0) return Errno::enxio;
  const Ends& others = file.can_read() ? writers_ : readers_;
  add_end(file.can_read() ? readers_ : writers_);
  file.file_state = counts;
  if (others.open > 0) return {};
  if (waits) return await_first(current, others);
  file.file_state |= others.ever << had_been_shift;
  return {};
}

// One that has come and gone meanwhile will do.
Result<void> Pipe::await_first(Current& current, const Ends& others) {
  const std::uint64_t before = others.ever;
  while (others.ever == before) {
    if (current.sleep_on(other_end_) == WakeReason::interrupted) return Errno::eintr;
  }
  return {};
}

// pipe_release.
void Pipe::closed(OpenFile& file) {
  if ((file.file_state & counts) == 0) return;
  if (file.can_read()) --readers_.open;
  if (file.can_write()) --writers_.open;
  if ((readers_.open == 0) != (writers_.open == 0)) {
    data_.wake(Waiters::all);
    room_.wake(Waiters::all);
    watchers_.tell(poll_any);
  }
  if (readers_.open > 0 || writers_.open > 0) return;
  ring_.clear();
  give_pages_back();
}

// pipe_poll.
ReadyBits Pipe::readiness(const OpenFile& file) const {
  ReadyBits bits = 0;
  if (file.can_read()) {
    if (!ring_.is_empty()) bits |= poll_readable;
    if (writers_.open == 0 && file.file_state >> had_been_shift != writers_.ever) bits |= poll_hup;
  }
  if (file.can_write()) {
    if (!ring_.is_full()) bits |= poll_writable;
    if (readers_.open == 0) bits |= poll_err;
  }
  return bits;
}

// pipe_set_size.
Result<std::uint64_t> Pipe::set_pipe_bytes(std::uint64_t bytes, Privilege privilege) {
  constexpr std::uint64_t most = std::uint64_t{1} << 31U;
  const auto wanted = static_cast<std::uint32_t>(bytes);  // fcntl(2) passes an unsigned int
  if (wanted > most) return Errno::einval;
  const std::uint64_t rounded = std::bit_ceil(std::max<std::uint64_t>(wanted, PipeRing::page_bytes));
  const auto pages = static_cast<unsigned>(rounded / PipeRing::page_bytes);
  if (pages > ring_.pages() && privilege == Privilege::none) {
    if (rounded > most_bytes_unprivileged) return Errno::eperm;
    if (quota_->would_exceed(attributes.user, pages - counted_pages_)) return Errno::eperm;
  }
  const bool was_full = ring_.is_full();
  TRY(ring_.resize(pages));
  give_pages_back();
  quota_->add(attributes.user, counted_pages_ = pages);
  freed(was_full);
  return rounded;
}

// alloc_pipe_info.
void Pipe::take_pages() {
  const bool is_short = attributes.user != UserId(0) && quota_->would_exceed(attributes.user, default_pages);
  counted_pages_ = is_short ? fewest_pages : default_pages;
  static_cast<void>(ring_.resize(counted_pages_));  // it is empty
  quota_->add(attributes.user, counted_pages_);
}

void Pipe::give_pages_back() {
  if (counted_pages_ > 0) quota_->remove(attributes.user, std::exchange(counted_pages_, 0));
}

}  // namespace signalbox
