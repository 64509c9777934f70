#pragma once

#include "kernel/fs/disk_store.hpp"
#include "kernel/fs/file.hpp"
#include "kernel/fs/page_cache.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// A regular file: its bytes are on the file device, and in memory as far as the page cache has them.
class RegularFile final : public File, public KernelObject<ObjectClass::inode_cache> {
 public:
  // The largest size (MAX_LFS_FILESIZE).
  static constexpr std::uint64_t most_bytes = 0x7fff'ffff'ffff'ffff;

  RegularFile(const FileAttributes& given, PageCache& cache, DiskSpace& space)
      : File(FileKind::regular, given), cache_(cache), store_(space) {}

  // A write that has to wait within a page may be mingled with others to the same place; Linux holds the inode's lock.
  Result<std::size_t> read(Current& current, UserBytes& to, const Place& place) override;
  // Errno::efbig beyond the largest size. With o_append to the end, wherever that is by then.
  Result<std::size_t> write(Current& current, UserBytes& from, const Place& place) override;

  SeekRule seek_rule() const override { return SeekRule::bytes; }
  std::uint64_t bytes() const override { return store_.bytes; }
  std::uint64_t blocks() const override { return store_.pages_on_disk() * (page_bytes / 512); }
  // Errno::enomem, or Errno::eintr in a thread that has to end, changes nothing.
  Result<void> truncate(Current& current, std::uint64_t bytes) override;
  Result<void> sync(Current& current) override;
  PageStore* store() override { return &store_; }

 private:
  // Of one page. 0: nothing, ask again.
  Result<std::size_t> read_page(Current& current, UserBytes& to, std::size_t done, std::uint64_t offset);
  Result<std::size_t> write_page(Current& current, UserBytes& from, std::size_t done, std::uint64_t offset);
  bool can_take(UserBytes& from, std::size_t first, std::size_t last) const;
  void clear_tail(std::span<std::byte> page, std::uint64_t to) const;
  void grow_to(std::uint64_t bytes);

  PageCache& cache_;
  DiskStore store_;
};

}  // namespace signalbox
