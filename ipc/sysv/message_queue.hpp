#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ipc/sysv/ipc_object.hpp"
#include "ipc/sysv/message.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// Which message a receiver takes (msgrcv(2)).
struct MessageChoice {
  enum class Rule : std::uint8_t { any, equal, other, lowest_up_to, at_index };
  Rule rule = Rule::any;
  std::int64_t type = 0;    // or the index
  std::size_t most = 0;     // bytes of text
  bool may_be_cut = false;  // MSG_NOERROR: a longer one is cut

  static MessageChoice of(std::int64_t type, std::uint32_t flags, std::size_t most);
  bool matches(const Message& message) const;
  bool has_room_for(const Message& message) const { return may_be_cut || message.text.size() <= most; }
};
inline constexpr std::uint32_t message_no_error = 010000;
inline constexpr std::uint32_t message_except = 020000;
inline constexpr std::uint32_t message_copy = 040000;

// A queue of messages of types, of which receivers choose. After ipc/msg.c of Linux 6.1: a message goes straight to the
// first receiver who waits for such a one.
class MessageQueue final : public IpcObject, public KernelObject<ObjectClass::msg_queue> {
 public:
  static constexpr std::size_t longest = 8192;           // MSGMAX
  static constexpr std::uint64_t default_bytes = 16384;  // MSGMNB

  MessageQueue(IpcKey key, std::uint32_t mode, const Credentials& maker, Instant now)
      : IpcObject(key, mode, maker, now) {}
  ~MessageQueue();

  // struct msqid_ds tells these.
  struct Record {
    Instant sent = {}, received = {};
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    std::uint64_t most_bytes = default_bytes;
    Pid last_sender = {}, last_receiver = {};
  };
  const Record& record_of_use() const { return use_; }

  // Who sends or receives: his rights are looked at each time he wakes.
  struct User {
    Current& current;
    const Credentials& credentials;
    Pid pid;
  };
  // Sleeps until it fits, if `waits`. Errno::eagain, eintr, eacces; eidrm: the queue was removed meanwhile.
  Result<int> send(const User& user, MessageRef message, bool waits);
  // The message is out of the queue; with Rule::at_index a copy of it. Errno::enomsg: none was chosen, and it does not
  // wait; e2big, eintr, eacces, eidrm, enomem.
  Result<MessageRef> receive(const User& user, const MessageChoice& choice, bool waits);

  // IPC_SET: who sleeps looks again.
  void set(const IpcPermissionRecord& permissions, std::uint64_t most_bytes, Instant now);
  void removed();

 private:
  using Hook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  // Those that sleep; they lie on their stacks, and are here until they have run: who is woken may find the queue gone.
  struct Sleeper : Hook {
    explicit Sleeper(WaitKind kind) : place(WaitLabel{kind, NameId()}) {}
    bool is_gone = false;  // the queue
    WaitQueue place;
  };
  struct Sender : Sleeper {
    explicit Sender(std::uint64_t text) : Sleeper(WaitKind::room), bytes(text) {}
    std::uint64_t bytes;
  };
  struct Receiver : Sleeper {
    Receiver(const MessageChoice& wanted, Pid who) : Sleeper(WaitKind::data), choice(wanted), pid(who) {}
    const MessageChoice& choice;
    Pid pid;
    std::optional<Result<MessageRef>> outcome;
  };
  template <class T>
  using List = boost::intrusive::list<T, boost::intrusive::constant_time_size<false>>;

  bool fits(std::uint64_t bytes) const { return use_.bytes + bytes <= use_.most_bytes && use_.count < use_.most_bytes; }
  bool hand_over(MessageRef& message, Instant now);
  Message* find(const MessageChoice& choice);
  Result<MessageRef> take(const User& user, Message& message, const MessageChoice& choice);
  void wake_senders();

  MessageList messages_;
  List<Sender> senders_;
  List<Receiver> receivers_;
  Record use_;
};

}  // namespace signalbox
