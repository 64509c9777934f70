#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/base/result.hpp"
#include "kernel/mm/frame.hpp"
#include "kernel/mm/space/commit_account.hpp"
#include "kernel/mm/space/memory_object.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// What stands behind a shared anonymous mapping: its whole size is promised while it lives (shmem_zero_setup).
class SharedMemory final : public MemoryObject, public KernelObject<ObjectClass::shmem_inode_cache> {
 public:
  // Errno::enomem: overcommit refuses so much. Promises nothing with `reserve` none. The account outlives it.
  enum class Reserve : std::uint8_t { none, all };
  static Result<MemoryObjectRef> create(CommitAccount& commits, std::uint64_t pages, const CommitAccount::Asker& asker,
                                        Reserve reserve);
  ~SharedMemory() override;

  ObjectRights rights() const override { return {.can_punch_holes = true}; }
  std::uint64_t bytes() const override { return pages_ << page_shift; }
  std::string_view path() const override { return "/dev/zero (deleted)"; }
  std::uint64_t inode() const override { return 0; }
  PageStore* store() override { return &store_; }

 private:
  SharedMemory(CommitAccount& commits, std::uint64_t pages, std::uint64_t promised)
      : commits_(commits), pages_(pages), promised_(promised) {}

  CommitAccount& commits_;
  std::uint64_t pages_;
  std::uint64_t promised_;
  PageStore store_{PageStore::Kind::shared_memory};
};

}  // namespace signalbox
