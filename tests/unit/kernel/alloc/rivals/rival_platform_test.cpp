#include "kernel/alloc/rivals/rival_platform.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::rival_platform_test {

using namespace alloc;

TEST(ProcessMetadata, TakesPagesOfTheProcessAsItGrows) {
  FakeProcess process;
  ProcessMetadata metadata(process);
  const std::uint32_t first = metadata.allocate(100);
  EXPECT_NE(first, 0U);
  EXPECT_EQ(metadata.bytes(), 128U);
  EXPECT_EQ(process.calls().maps, 1U);
  static_cast<std::byte*>(metadata.at(first))[99] = std::byte{1};
  EXPECT_NE(metadata.allocate(3 << 20U), 0U);
  EXPECT_EQ(process.calls().maps, 2U);
  EXPECT_EQ(static_cast<std::byte*>(metadata.at(first))[99], std::byte{1}) << "blocks never move";
}

TEST(ProcessMetadata, AnswersNoneWhenThereIsNoMemory) {
  FakeProcess process;
  ProcessMetadata metadata(process);
  process.fail_after(0);
  EXPECT_EQ(metadata.allocate(100), 0U);
  EXPECT_NE(metadata.allocate(100), 0U);
}

}  // namespace signalbox::rival_platform_test
