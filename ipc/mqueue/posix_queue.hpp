#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ipc/sysv/message.hpp"
#include "kernel/base/signal.hpp"
#include "kernel/fs/file.hpp"
#include "kernel/fs/user_quota.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// A queue of messages with priorities (mq_overview(7)). After ipc/mqueue.c of Linux 6.1: a message goes straight to the
// receiver who has waited longest, and room to such a sender.
class PosixQueue final : public File, public KernelObject<ObjectClass::mqueue_inode_cache> {
 public:
  static constexpr std::int64_t priorities = 32768;  // MQ_PRIO_MAX

  struct Size {
    std::uint64_t messages = 10;  // that it holds
    std::uint64_t bytes = 8192;   // of the text of each

    // Of the host's memory as Linux counts it for RLIMIT_MSGQUEUE (mqueue_get_inode).
    std::uint64_t counted_bytes() const;
  };

  // Counted as its maker's as long as there is somebody who has it, or its name.
  PosixQueue(const FileAttributes& given, std::shared_ptr<UserQuota> quota)
      : File(FileKind::regular, given), quota_(std::move(quota)) {}
  ~PosixQueue() override;

  // Of one that nobody knows yet.
  void begin(Size size);
  Size size() const { return size_; }
  std::uint64_t count() const { return count_; }

  // Whom mq_notify(3) tells, and with what. None: nobody is told, but nobody else can register either (SIGEV_NONE).
  struct Notice {
    const DescriptorTable* process = nullptr;
    Pid pid = {};
    std::optional<Signal> signal;
    std::uint64_t value = 0;
  };

  // How long a call waits.
  struct Patience {
    bool waits = true;
    Instant deadline = Instant::max();
  };
  // Sleeps until there is room. Who is to be told that there is something now. Errno::eagain, eintr, etimedout.
  Result<std::optional<Notice>> send(Current& current, MessageRef message, Patience patience);
  // The oldest of the highest priority. Errno::eagain, eintr, etimedout.
  Result<MessageRef> receive(Current& current, Patience patience);

  // Errno::ebusy: somebody is registered.
  Result<void> set_notice(const Notice& notice);
  // If it is this process's.
  void remove_notice(const DescriptorTable& process);

  // A line on its state (mqueue_read_file).
  Result<std::size_t> read(Current& current, UserBytes& to, const Place& place) override;
  SeekRule seek_rule() const override { return SeekRule::bytes; }
  std::uint64_t bytes() const override { return 80; }  // FILENT_SIZE
  void given_up(const DescriptorTable& process) override { remove_notice(process); }
  ReadyBits readiness(const OpenFile&) const override {
    return (count_ > 0 ? poll_readable : 0) | (count_ < size_.messages ? poll_writable : 0);
  }
  ReadinessList* watchers() override { return &watchers_; }
  PosixQueue* posix_queue() override { return this; }

 private:
  using Hook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  // Who sleeps; it lies on its stack, with the message that it brings, or gets.
  struct Sleeper : Hook {
    explicit Sleeper(WaitKind kind, MessageRef brought = nullptr)
        : message(std::move(brought)), place(WaitLabel{kind, NameId()}) {}
    MessageRef message;
    bool is_served = false;
    WaitQueue place;
  };
  using Sleepers = boost::intrusive::list<Sleeper, boost::intrusive::constant_time_size<false>>;
  using Entry = std::pair<const std::int64_t, MessageList>;

  static Result<void> sleep(Current& current, Sleepers& with, Sleeper& sleeper, Patience patience);
  static Sleeper& first_of(Sleepers& sleepers);
  static void serve(Sleeper& sleeper);
  void put(MessageRef message);
  MessageRef take();
  std::string status() const;

  Size size_;
  std::shared_ptr<UserQuota> quota_;
  std::optional<UserId> charged_;  // who made it, whoever's it is now
  std::map<std::int64_t, MessageList, std::greater<>, ObjectAllocator<Entry, ObjectClass::posix_msg_tree_node>>
      messages_;
  std::uint64_t count_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::optional<Notice> notice_;
  Sleepers senders_;
  Sleepers receivers_;
  ReadinessList watchers_;
};

}  // namespace signalbox
