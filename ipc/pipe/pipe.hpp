#pragma once

#include <cstdint>
#include <memory>

#include "ipc/pipe/pipe_ring.hpp"
#include "kernel/fs/file.hpp"
#include "kernel/fs/open_file.hpp"
#include "kernel/fs/user_quota.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// A pipe, with a name in the tree of files (fifo(7)) or without (pipe(7)): bytes go in at one end and come out at the
// other in the order in which they went in. After Linux's fs/pipe.c, 6.1: what POSIX leaves open is as there.
class Pipe final : public File, public KernelObject<ObjectClass::pipe_inode_info> {
 public:
  static constexpr unsigned default_pages = 16;                        // 64 KiB (PIPE_DEF_BUFFERS)
  static constexpr unsigned fewest_pages = 2;                          // of who has too many (PIPE_MIN_DEF_BUFFERS)
  static constexpr std::uint64_t most_bytes_unprivileged = 1'048'576;  // /proc/sys/fs/pipe-max-size

  // While it is open its pages count as its owner's.
  Pipe(const FileAttributes& given, std::shared_ptr<UserQuota> pages);
  ~Pipe() override;

  // Both ends at once (pipe(2)): no end waits for another.
  void open_ends(OpenFile& read_end, OpenFile& write_end);

  // Sleeps until something is there. 0: nobody can write any more. Errno::eagain, eintr, efault: the bytes stay.
  Result<std::size_t> read(Current& current, UserBytes& to, const Place& place) override;
  // Sleeps until all is in; what is not longer than PIPE_BUF goes in at once. Errno::epipe, with SIGPIPE: nobody can
  // read. Errno::eagain, eintr, efault.
  Result<std::size_t> write(Current& current, UserBytes& from, const Place& place) override;
  // fifo(7): sleeps until there is another end. Errno::enxio, eintr, einval.
  Result<void> opened(Current& current, OpenFile& file) override;
  void closed(OpenFile& file) override;

  ReadyBits readiness(const OpenFile& file) const override;
  ReadinessList* watchers() override { return &watchers_; }
  Result<std::uint64_t> unread_bytes(const OpenFile&) const override { return ring_.bytes(); }
  Result<std::uint64_t> pipe_bytes() const override { return ring_.pages() * PipeRing::page_bytes; }
  // Rounded up to a power of two of pages. Errno::einval; ebusy: more is in it; eperm: more than the unprivileged get.
  Result<std::uint64_t> set_pipe_bytes(std::uint64_t bytes, Privilege privilege) override;

 private:
  // Opened ends of one kind, and how many there ever were: by that an end sees that another came and went.
  struct Ends {
    std::uint32_t open = 0;
    std::uint64_t ever = 0;
  };

  Result<std::size_t> take_what_is_there(Current& current, UserBytes& to);
  Result<std::size_t> put_next(Current& current, UserBytes& from, std::size_t done, PipeRing::Run run);
  void filled(bool was_empty);
  void freed(bool was_full);
  void add_end(Ends& ends);
  Result<void> await_first(Current& current, const Ends& others);
  void take_pages();
  void give_pages_back();

  PipeRing ring_;
  Ends readers_;
  Ends writers_;
  std::shared_ptr<UserQuota> quota_;
  unsigned counted_pages_ = 0;
  WaitQueue data_{WaitLabel{WaitKind::data, NameId()}};
  WaitQueue room_{WaitLabel{WaitKind::room, NameId()}};
  WaitQueue other_end_{WaitLabel{WaitKind::peer, NameId()}};
  ReadinessList watchers_;
};

}  // namespace signalbox
