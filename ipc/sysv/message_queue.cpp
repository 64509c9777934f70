#include "ipc/sysv/message_queue.hpp"

#include <iterator>
#include <limits>
#include <utility>

namespace signalbox {

// convert_mode.
MessageChoice MessageChoice::of(std::int64_t type, std::uint32_t flags, std::size_t most) {
  MessageChoice choice{.rule = Rule::equal, .type = type, .most = most, .may_be_cut = (flags & message_no_error) != 0};
  if ((flags & message_copy) != 0) {
    choice.rule = Rule::at_index;
  } else if (type == 0) {
    choice.rule = Rule::any;
  } else if (type < 0) {
    choice.rule = Rule::lowest_up_to;
    choice.type = type == std::numeric_limits<std::int64_t>::min() ? std::numeric_limits<std::int64_t>::max() : -type;
  } else if ((flags & message_except) != 0) {
    choice.rule = Rule::other;
  }
  return choice;
}

bool MessageChoice::matches(const Message& message) const {
  switch (rule) {
    case Rule::any:
    case Rule::at_index:
      return true;
    case Rule::equal:
      return message.type == type;
    case Rule::other:
      return message.type != type;
    case Rule::lowest_up_to:
      return message.type <= type;
  }
  return false;
}

MessageQueue::~MessageQueue() {
  messages_.clear_and_dispose([](Message* message) { delete message; });
}

// do_msgsnd.
Result<int> MessageQueue::send(const User& user, MessageRef message, bool waits) {
  while (true) {
    TRY(check(user.credentials, ipc_may_write));
    if (fits(message->text.size())) break;
    if (!waits) return Errno::eagain;
    Sender sleeper(message->text.size());
    senders_.push_back(sleeper);
    const WakeReason why = user.current.sleep_on(sleeper.place);
    if (sleeper.is_gone) return Errno::eidrm;
    if (why == WakeReason::interrupted || why == WakeReason::killed) return Errno::eintr;
  }
  const Instant now = user.current.now();
  use_.last_sender = user.pid;
  use_.sent = now;
  if (hand_over(message, now)) return 0;
  use_.bytes += message->text.size();
  ++use_.count;
  messages_.push_back(*message.release());
  return 0;
}

// pipelined_send. Who waits for such a one but has no room for it is told so, and the next is asked.
bool MessageQueue::hand_over(MessageRef& message, Instant now) {
  for (auto at = receivers_.begin(); at != receivers_.end();) {
    Receiver& each = *at++;
    if (!each.choice.matches(*message)) continue;
    each.unlink();
    each.place.wake(Waiters::one);
    if (!each.choice.has_room_for(*message)) {
      each.outcome = Errno::e2big;
      continue;
    }
    use_.last_receiver = each.pid;
    use_.received = now;
    each.outcome = std::move(message);
    return true;
  }
  return false;
}

// find_msg.
Message* MessageQueue::find(const MessageChoice& choice) {
  if (choice.rule == MessageChoice::Rule::at_index) {
    if (choice.type < 0 || static_cast<std::uint64_t>(choice.type) >= use_.count) return nullptr;
    return &*std::next(messages_.begin(), choice.type);
  }
  Message* found = nullptr;
  for (Message& each : messages_) {
    if (!choice.matches(each)) continue;
    if (choice.rule != MessageChoice::Rule::lowest_up_to) return &each;
    if (found == nullptr || each.type < found->type) found = &each;
  }
  return found;
}

Result<MessageRef> MessageQueue::take(const User& user, Message& message, const MessageChoice& choice) {
  if (!choice.has_room_for(message)) return Errno::e2big;
  if (choice.rule == MessageChoice::Rule::at_index) return make_message(message.type, message.text);
  message.unlink();
  --use_.count;
  use_.bytes -= message.text.size();
  use_.received = user.current.now();
  use_.last_receiver = user.pid;
  wake_senders();
  return MessageRef(&message);
}

// do_msgrcv.
Result<MessageRef> MessageQueue::receive(const User& user, const MessageChoice& choice, bool waits) {
  while (true) {
    TRY(check(user.credentials, ipc_may_read));
    if (Message* const found = find(choice)) return take(user, *found, choice);
    if (!waits) return Errno::enomsg;
    Receiver receiver(choice, user.pid);
    receivers_.push_back(receiver);
    const WakeReason why = user.current.sleep_on(receiver.place);
    if (receiver.outcome) return std::move(*receiver.outcome);
    if (receiver.is_gone) return Errno::eidrm;
    if (why == WakeReason::interrupted || why == WakeReason::killed) return Errno::eintr;
  }
}

// ss_wakeup: whom there is no room for sleeps on, behind the others.
void MessageQueue::wake_senders() {
  const Sender* first_left = nullptr;
  for (auto at = senders_.begin(); at != senders_.end() && &*at != first_left;) {
    Sender& each = *at++;
    if (fits(each.bytes)) {
      each.place.wake(Waiters::one);
      continue;
    }
    if (first_left == nullptr) first_left = &each;
    each.unlink();
    senders_.push_back(each);
  }
}

void MessageQueue::set(const IpcPermissionRecord& permissions, std::uint64_t most_bytes, Instant now) {
  set_permissions(permissions, now);
  use_.most_bytes = most_bytes;
  for (Receiver& each : receivers_) each.place.wake(Waiters::one);
  wake_senders();
}

void MessageQueue::removed() {
  const auto tell = [](Sleeper& each) {
    each.is_gone = true;
    each.place.wake(Waiters::one);
  };
  for (Receiver& each : receivers_) tell(each);
  for (Sender& each : senders_) tell(each);
  receivers_.clear();
  senders_.clear();
}

}  // namespace signalbox
