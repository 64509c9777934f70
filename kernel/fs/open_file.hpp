#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/fs/file.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/mm/space/memory_object.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// An open file description (open(2)): where the next transfer begins, and the status flags. Descriptors share it after
// dup(2) and fork(2), and so do mappings; it is closed when the last of them is gone.
class OpenFile final : public MemoryObject, public KernelObject<ObjectClass::filp> {
 public:
  // `flags` are open(2)'s; `path` is for /proc.
  OpenFile(FileRef file, std::uint32_t flags, std::string path);
  ~OpenFile() override;

  File& file() const { return *file_; }
  // What F_GETFL answers: without what mattered to open(2) only.
  std::uint32_t flags() const { return flags_; }
  // Those of F_SETFL that may change: o_append, o_nonblock, o_noatime, o_direct.
  void set_flags(std::uint32_t flags);
  bool can_read() const { return ((flags_ + 1) & 1) != 0; }
  bool can_write() const { return ((flags_ + 1) & 2) != 0; }
  // Whether pread(2), pwrite(2) and lseek(2) know places in it.
  bool has_places() const { return file_->seek_rule() != SeekRule::none || file_->is_directory(); }

  // The largest place (loff_t).
  static constexpr std::uint64_t most_offset = 0x7fff'ffff'ffff'ffff;
  // Where the next transfer begins.
  std::uint64_t offset() const { return offset_; }

  // Where the next transfer begins, and where it does after one. Errno::ebadf: not opened for it.
  Result<std::size_t> read(Current& current, UserBytes& to);
  Result<std::size_t> write(Current& current, UserBytes& from);
  // Elsewhere (pread(2), pwrite(2)). Requires one that has places.
  Result<std::size_t> read_at(Current& current, UserBytes& to, std::uint64_t offset);
  Result<std::size_t> write_at(Current& current, UserBytes& from, std::uint64_t offset);
  // What poll(2) sees of it.
  ReadyBits readiness() const { return file_->readiness(*this); }
  // lseek(2). Errno::espipe, einval, enxio.
  Result<std::uint64_t> seek(std::int64_t by, std::int32_t whence);

  // The file's own, about this opening (Linux's f_version).
  std::uint64_t file_state = 0;
  // The entries of epoll sets that watch it (Linux's f_ep): told when it is gone.
  ReadinessList gone;

  // MemoryObject.
  ObjectRights rights() const override;
  std::uint64_t bytes() const override { return file_->bytes(); }
  std::string_view path() const override;
  std::uint64_t inode() const override { return file_->attributes.inode; }
  PageStore* store() override { return file_->store(); }

 private:
  Result<void> check_read() const;
  Result<void> check_write() const;

  FileRef file_;
  std::uint32_t flags_;
  std::uint64_t offset_ = 0;
  std::string path_;  // with " (deleted)" behind it
};

using OpenFileRef = boost::intrusive_ptr<OpenFile>;

}  // namespace signalbox
