#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "kernel/fs/open_file.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

class EpollSet;

// struct epoll_event, as Linux lays it out on x86-64.
struct [[gnu::packed]] EpollEvent {
  std::uint32_t events = 0;
  std::uint64_t data = 0;
};
static_assert(sizeof(EpollEvent) == 12);

// Of epoll_ctl(2), beside poll(2)'s bits.
inline constexpr std::uint32_t epoll_exclusive = 1U << 28U;
inline constexpr std::uint32_t epoll_wakeup = 1U << 29U;
inline constexpr std::uint32_t epoll_oneshot = 1U << 30U;
inline constexpr std::uint32_t epoll_edge = 1U << 31U;

// What a set watches under a number (struct epitem).
class EpollEntry final : public ReadinessWatch {
 public:
  EpollEntry(EpollSet& set, Fd fd_, OpenFile& file_, const EpollEvent& event_);
  ~EpollEntry();

  void ready(ReadyBits bits) override;
  // What it was asked for and is there now.
  ReadyBits events() const { return file.readiness() & event.events; }
  // It has told what it had to, and waits to be armed again.
  bool is_disarmed() const { return (event.events & ~private_bits) == 0; }
  void disarm() { event.events &= private_bits; }
  void arm(const EpollEvent& wanted);

  const Fd fd;
  OpenFile& file;
  EpollEvent event;
  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> among_ready;

 private:
  static constexpr std::uint32_t private_bits = epoll_wakeup | epoll_oneshot | epoll_edge | epoll_exclusive;

  // The open file is no more, and neither is the entry.
  class End final : public ReadinessWatch {
   public:
    explicit End(EpollEntry& entry) : entry_(entry) {}
    void ready(ReadyBits bits) override;

   private:
    EpollEntry& entry_;
  };

  EpollSet& set_;
  End end_{*this};
};

// A set of open files of which those are told that are ready (epoll(7)): what is not, costs a wait nothing. After
// Linux's fs/eventpoll.c, 6.1: those that are ready come in the order in which they became so.
class EpollSet final : public File, public KernelObject<ObjectClass::eventpoll> {
 public:
  static constexpr unsigned most_nested = 5;  // sets from the outermost to the innermost (epoll_ctl(2), ELOOP)

  explicit EpollSet(const FileAttributes& given) : File(FileKind::anonymous, given) {}

  // epoll_ctl(2). An entry is of a number and what it stood for when it was added, and goes with that.
  // Errno::eexist, eperm: it cannot be waited for; eloop: it would watch itself, or sets are too deep.
  Result<void> add(Fd fd, OpenFile& file, const EpollEvent& event);
  // Errno::enoent.
  Result<void> modify(Fd fd, const OpenFile& file, const EpollEvent& event);
  Result<void> remove(Fd fd, const OpenFile& file);

  // epoll_wait(2): how many of `to` were filled; 0: none until the deadline. Errno::eintr.
  Result<std::size_t> wait(Current& current, std::span<EpollEvent> to, Instant deadline);

  ReadyBits readiness(const OpenFile&) const override { return is_ready() ? poll_readable : 0; }
  ReadinessList* watchers() override { return &watchers_; }
  EpollSet* epoll_set() override { return this; }

  // For its entries, and those that it is one of.
  void joined(EpollSet& outer) { above_.push_back(&outer); }
  void left(const EpollSet& outer);
  void became_ready(EpollEntry& entry);
  void erase(EpollEntry& entry);

 private:
  using ReadyList = boost::intrusive::list<
      EpollEntry,
      boost::intrusive::member_hook<
          EpollEntry, boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
          &EpollEntry::among_ready>,
      boost::intrusive::constant_time_size<false>>;

  EpollEntry* find(Fd fd, const OpenFile& file);
  bool is_ready() const;
  std::size_t take_ready(std::span<EpollEvent> to);
  // Whether it leads to the other one by itself or by sets in it.
  bool leads_to(const EpollSet& other) const;
  // The longest chain of sets from it on, itself included.
  unsigned depth_below() const;
  unsigned depth_above() const;

  ReadyList ready_;
  using Node = std::pair<const Fd, EpollEntry>;
  using Entries = std::multimap<Fd, EpollEntry, std::less<>, ObjectAllocator<Node, ObjectClass::eventpoll_epi>>;

  std::vector<EpollSet*, ObjectAllocator<EpollSet*, ObjectClass::ep_head>> above_;  // that it is in, as often as it is
  Entries entries_;  // those of one number in the order in which they came
  WaitQueue sleepers_{WaitLabel{WaitKind::events, NameId()}};
  ReadinessList watchers_;
};

}  // namespace signalbox
