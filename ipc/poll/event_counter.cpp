#include "ipc/poll/event_counter.hpp"

#include <span>

#include "kernel/fs/open_flags.hpp"

namespace signalbox {

// eventfd_read of fs/eventfd.c, 6.1.
Result<std::size_t> EventCounter::read(Current& current, UserBytes& to, const Place& place) {
  if (to.size() < sizeof value_) return Errno::einval;
  while (true) {
    if (value_ == 0) {
      if ((place.flags & o_nonblock) != 0) return Errno::eagain;
      if (current.sleep_on(data_) == WakeReason::interrupted) return Errno::eintr;
      continue;
    }
    const std::uint64_t taken = takes_ == Takes::one ? 1 : value_;
    const std::size_t moved = to.fill(0, std::as_bytes(std::span(&taken, 1)));
    if (moved < sizeof taken) {
      TRY(to.make_present(current, moved, UserBytes::Use::fill));
      continue;
    }
    value_ -= taken;
    room_.wake(Waiters::all);
    watchers_.tell(poll_out);
    return sizeof taken;
  }
}

// eventfd_write.
Result<std::size_t> EventCounter::write(Current& current, UserBytes& from, const Place& place) {
  if (from.size() < sizeof value_) return Errno::einval;
  std::uint64_t added = 0;
  while (true) {
    const std::size_t taken = from.take(0, std::as_writable_bytes(std::span(&added, 1)));
    if (taken == sizeof added) break;
    TRY(from.make_present(current, taken, UserBytes::Use::take));
  }
  if (added > most) return Errno::einval;
  while (most - value_ < added) {
    if ((place.flags & o_nonblock) != 0) return Errno::eagain;
    if (current.sleep_on(room_) == WakeReason::interrupted) return Errno::eintr;
  }
  value_ += added;
  data_.wake(Waiters::all);
  watchers_.tell(poll_in);
  return sizeof added;
}

}  // namespace signalbox
