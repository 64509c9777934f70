#pragma once

#include <cstdint>
#include <string>

#include "kernel/mm/space/memory_object.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// The bytes of an executable file that nobody wrote: each 8 bytes follow from inode and place alone, so that a run
// reads the same ones always.
class GeneratedStore final : public PageStore {
 public:
  // `first_block` is where the file begins on the file device, in pages.
  GeneratedStore(std::uint64_t inode, std::uint64_t first_block)
      : PageStore(Kind::file), inode_(inode), first_block_(first_block) {}

  std::uint64_t block_of(std::uint64_t page) override { return first_block_ + page; }
  void read(std::uint64_t page, std::span<std::byte> bytes) const override;
  // The word at byte `offset`, a multiple of 8.
  static std::uint64_t word_at(std::uint64_t inode, std::uint64_t offset);

 private:
  std::uint64_t inode_;
  std::uint64_t first_block_;
};

// A program's file, opened to be read and executed. It cannot be written.
class GeneratedFile final : public MemoryObject, public KernelObject<ObjectClass::inode_cache> {
 public:
  struct Description {
    std::string path;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::uint64_t first_block = 0;  // on the file device, in pages
  };
  explicit GeneratedFile(Description description)
      : description_(std::move(description)), store_(description_.inode, description_.first_block) {}

  ObjectRights rights() const override { return {.can_write = false}; }
  std::uint64_t bytes() const override { return description_.bytes; }
  std::string_view path() const override { return description_.path; }
  std::uint64_t inode() const override { return description_.inode; }
  PageStore* store() override { return &store_; }

 private:
  Description description_;
  GeneratedStore store_;
};

}  // namespace signalbox
