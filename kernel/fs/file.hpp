#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/base/time.hpp"
#include "kernel/fs/user_bytes.hpp"
#include "kernel/mm/space/page_store.hpp"
#include "kernel/wait/current.hpp"
#include "kernel/wait/readiness.hpp"

namespace signalbox {

// What stat(2) calls a file's type, with the bits of st_mode (inode(7)).
enum class FileKind : std::uint32_t {
  anonymous = 0,  // without any: what has no place in a tree, as a set of epoll(7)
  fifo = 0010000,
  character_device = 0020000,
  directory = 0040000,
  block_device = 0060000,
  regular = 0100000,
  symbolic_link = 0120000,
  socket = 0140000,
};

// What a file has that is not its contents (inode(7)).
struct FileAttributes {
  std::uint64_t inode = 0;
  std::uint32_t permissions = 0;  // the bits of chmod(2)
  std::uint32_t links = 1;
  UserId user = {};
  GroupId group = {};
  std::uint64_t device_number = 0;  // st_rdev, of devices
  Instant accessed = {};
  Instant modified = {};
  Instant changed = {};
};

// How lseek(2) moves.
enum class SeekRule : std::uint8_t {
  none,   // Errno::espipe
  bytes,  // within and beyond the file's bytes
  zero,   // always to 0, as on /dev/null
};

// Whether who asks is above limits (CAP_SYS_RESOURCE, capabilities(7)).
enum class Privilege : std::uint8_t { none, resources };

class DescriptorTable;
class EpollSet;
class OpenFile;
class PosixQueue;

// What a name or an open file stands for (Linux's inode with its file operations): a regular file, a directory, a
// device, the end of a pipe, a socket. Kinds implement what they can; what they cannot keeps Linux's errno. Reading and
// writing may sleep; nothing else may but what takes Current&.
class File : public boost::intrusive_ref_counter<File, boost::thread_unsafe_counter> {
 public:
  File(FileKind kind, const FileAttributes& given) : attributes(given), kind_(kind) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  // What a call has to say of its transfer beside the bytes: where, and the open file's flags (o_nonblock, o_append).
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t flags = 0;
    std::uint64_t* end = nullptr;  // a write with o_append that moves anything sets it to where that ends
  };
  // As far as bytes are there, or fit: how many were moved; 0: the end. An error only if none was moved.
  virtual Result<std::size_t> read(Current&, UserBytes&, const Place&) { return Errno::einval; }
  virtual Result<std::size_t> write(Current&, UserBytes&, const Place&) { return Errno::einval; }

  // One that is being opened, or is gone with its last descriptor and mapping, also one that was refused.
  virtual Result<void> opened(Current&, OpenFile&) { return {}; }
  virtual void closed(OpenFile&) {}
  // A process has given up a descriptor of it, perhaps not its last (filp_flush).
  virtual void given_up(const DescriptorTable&) {}

  virtual SeekRule seek_rule() const { return SeekRule::none; }
  // st_size.
  virtual std::uint64_t bytes() const { return 0; }
  // st_blocks: units of 512 bytes.
  virtual std::uint64_t blocks() const { return 0; }
  virtual Result<void> truncate(Current&, std::uint64_t) { return Errno::einval; }
  // What was written is on its device when this comes back (fsync(2)).
  virtual Result<void> sync(Current&) { return Errno::einval; }
  // What mappings of it show; null: it cannot be mapped.
  virtual PageStore* store() { return nullptr; }

  // What poll(2), select(2) and epoll(7) see, and who is told when it changes; null: it never does, and epoll does not
  // take it.
  virtual ReadyBits readiness(const OpenFile&) const { return poll_readable | poll_writable; }
  virtual ReadinessList* watchers() { return nullptr; }

  // It as a set of files that epoll(7) waits for; null: it is none.
  virtual EpollSet* epoll_set() { return nullptr; }
  // It as a queue of mq_overview(7); null: it is none.
  virtual PosixQueue* posix_queue() { return nullptr; }

  // FIONREAD of ioctl(2): bytes that a read would give. Errno::enotty.
  virtual Result<std::uint64_t> unread_bytes(const OpenFile&) const { return Errno::enotty; }
  // F_GETPIPE_SZ and F_SETPIPE_SZ of fcntl(2), which answers what it has become. Errno::ebadf: it is no pipe.
  virtual Result<std::uint64_t> pipe_bytes() const { return Errno::ebadf; }
  virtual Result<std::uint64_t> set_pipe_bytes(std::uint64_t, Privilege) { return Errno::ebadf; }

  FileKind kind() const { return kind_; }
  bool is_directory() const { return kind_ == FileKind::directory; }

  FileAttributes attributes;

 private:
  FileKind kind_;
};

using FileRef = boost::intrusive_ptr<File>;

}  // namespace signalbox
