#include "kernel/exec/mapping.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <utility>

namespace signalbox::mapping_test {

TEST(Mapping, IsAlignedZeroedAndWritable) {
  for (const std::size_t alignment : {Mapping::page, Mapping::huge_page}) {
    const Mapping mapping(Mapping::huge_page, alignment);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(mapping.begin()) % alignment, 0U);
    EXPECT_EQ(mapping.bytes(), Mapping::huge_page);
    EXPECT_EQ(*mapping.begin(), std::byte{0});
    *(mapping.end() - 1) = std::byte{1};
  }
}

TEST(Mapping, MovesWithoutUnmapping) {
  Mapping first(Mapping::page, Mapping::page);
  std::byte* const data = first.begin();
  Mapping second(std::move(first));
  Mapping third;
  third = std::move(second);
  EXPECT_EQ(third.begin(), data);
  *data = std::byte{1};
}

TEST(Mapping, MoreThanTheHostHasThrowsBadAlloc) {
  constexpr std::size_t more_than_addressable = std::size_t{1} << 50U;
  EXPECT_THROW(Mapping(more_than_addressable, Mapping::page), std::bad_alloc);
}

}  // namespace signalbox::mapping_test
