#include "ipc/mqueue/posix_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace signalbox {

std::uint64_t PosixQueue::Size::counted_bytes() const {
  constexpr std::uint64_t message_record = 48;  // struct msg_msg
  constexpr std::uint64_t tree_node = 48;       // struct posix_msg_tree_node
  const std::uint64_t nodes = std::min<std::uint64_t>(messages, priorities);
  return messages * message_record + nodes * tree_node + messages * bytes;
}

PosixQueue::~PosixQueue() {
  for (auto& [priority, list] : messages_) list.clear_and_dispose([](Message* message) { delete message; });
  if (charged_) quota_->remove(*charged_, size_.counted_bytes());
}

void PosixQueue::begin(Size size) {
  size_ = size;
  charged_ = attributes.user;
  quota_->add(*charged_, size.counted_bytes());
}

// do_mq_timedsend.
Result<std::optional<PosixQueue::Notice>> PosixQueue::send(Current& current, MessageRef message, Patience patience) {
  if (count_ == size_.messages) {
    Sleeper sleeper(WaitKind::room, std::move(message));
    TRY(sleep(current, senders_, sleeper, patience));
    return std::nullopt;
  }
  attributes.accessed = attributes.modified = attributes.changed = current.now();
  if (!receivers_.empty()) {
    Sleeper& receiver = first_of(receivers_);
    receiver.message = std::move(message);
    serve(receiver);
    return std::nullopt;
  }
  put(std::move(message));
  watchers_.tell(poll_readable);
  if (count_ != 1) return std::nullopt;
  return std::exchange(notice_, std::nullopt);
}

// do_mq_timedreceive.
Result<MessageRef> PosixQueue::receive(Current& current, Patience patience) {
  if (count_ == 0) {
    Sleeper sleeper(WaitKind::data);
    TRY(sleep(current, receivers_, sleeper, patience));
    return std::move(sleeper.message);
  }
  attributes.accessed = attributes.modified = attributes.changed = current.now();
  MessageRef taken = take();
  if (senders_.empty()) {
    watchers_.tell(poll_writable);
    return taken;
  }
  Sleeper& sender = first_of(senders_);
  put(std::move(sender.message));
  serve(sender);
  return taken;
}

// wq_sleep.
Result<void> PosixQueue::sleep(Current& current, Sleepers& with, Sleeper& sleeper, Patience patience) {
  if (!patience.waits) return Errno::eagain;
  if (patience.deadline <= current.now()) return Errno::etimedout;
  with.push_back(sleeper);
  const WakeReason why = current.sleep_on(sleeper.place, patience.deadline);
  if (sleeper.is_served) return {};
  return why == WakeReason::timed_out ? Errno::etimedout : Errno::eintr;
}

PosixQueue::Sleeper& PosixQueue::first_of(Sleepers& sleepers) {
  Sleeper& first = sleepers.front();
  sleepers.pop_front();
  return first;
}

void PosixQueue::serve(Sleeper& sleeper) {
  sleeper.is_served = true;
  sleeper.place.wake(Waiters::one);
}

void PosixQueue::put(MessageRef message) {
  ++count_;
  text_bytes_ += message->text.size();
  const std::int64_t priority = message->type;
  messages_[priority].push_back(*message.release());
}

MessageRef PosixQueue::take() {
  const auto highest = messages_.begin();
  MessageRef taken(&highest->second.front());
  highest->second.pop_front();
  if (highest->second.empty()) messages_.erase(highest);
  --count_;
  text_bytes_ -= taken->text.size();
  return taken;
}

Result<void> PosixQueue::set_notice(const Notice& notice) {
  if (notice_) return Errno::ebusy;
  notice_ = notice;
  return {};
}

void PosixQueue::remove_notice(const DescriptorTable& process) {
  if (notice_ && notice_->process == &process) notice_.reset();
}

std::string PosixQueue::status() const {
  constexpr int sigev_signal = 0;
  constexpr int sigev_none = 1;
  const bool has_signal = notice_ && notice_->signal;
  return fmt::format("QSIZE:{:<10} NOTIFY:{:<5} SIGNO:{:<5} NOTIFY_PID:{:<6}\n", text_bytes_,
                     notice_ && !has_signal ? sigev_none : sigev_signal,
                     has_signal ? static_cast<int>(*notice_->signal) : 0, notice_ ? notice_->pid.value() : 0);
}

Result<std::size_t> PosixQueue::read(Current& current, UserBytes& to, const Place& place) {
  const std::string text = status();
  if (place.offset >= text.size()) return std::size_t{0};
  const auto rest = std::as_bytes(std::span(text)).subspan(place.offset);
  const std::size_t wanted = std::min(rest.size(), to.size());
  std::size_t moved = 0;
  while (moved < wanted) {
    moved += to.fill(moved, rest.first(wanted).subspan(moved));
    if (moved < wanted) TRY(to.make_present(current, moved, UserBytes::Use::fill));
  }
  return moved;
}

}  // namespace signalbox
