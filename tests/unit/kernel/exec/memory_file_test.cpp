#include "kernel/exec/memory_file.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace signalbox::memory_file_test {

TEST(MemoryFile, IsZeroedAlignedAndWritable) {
  const MemoryFile file(3 * Mapping::page);
  EXPECT_EQ(file.bytes().size(), 3 * Mapping::page);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.bytes().data()) % Mapping::huge_page, 0U);
  EXPECT_EQ(file.bytes().front(), std::byte{0});
  file.bytes().back() = std::byte{1};
}

TEST(MemoryFile, SecondMappingIsTheSameMemory) {
  const MemoryFile file(2 * Mapping::page);
  void* const second = mmap(nullptr, Mapping::page, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor(),
                            static_cast<off_t>(Mapping::page));
  ASSERT_NE(second, MAP_FAILED);
  auto* const bytes = static_cast<std::byte*>(second);
  bytes[5] = std::byte{7};
  EXPECT_EQ(file.bytes()[Mapping::page + 5], std::byte{7});
  munmap(second, Mapping::page);
}

TEST(MemoryFile, CostsWhatIsTouched) {
  constexpr std::size_t size = std::size_t{1} << 32U;  // a sanitizer has bookkeeping for each byte
  const MemoryFile file(size);
  file.bytes()[size / 2] = std::byte{1};
  EXPECT_EQ(file.bytes()[size / 2], std::byte{1});
}

TEST(MemoryFile, MoreThanTheHostHasThrowsBadAlloc) {
  constexpr std::size_t more_than_addressable = std::size_t{1} << 50U;
  EXPECT_THROW(const MemoryFile file(more_than_addressable), std::bad_alloc);
}

}  // namespace signalbox::memory_file_test
