#include "kernel/mm/space/mincore.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::mincore_test {

constexpr VirtAddr at{0x10'0000};

struct Mincore : testing::Test {
  Mincore() {
    space.fixed(at.value(), 3);
    space.pages.resident = {at + page_bytes, at + 2 * page_bytes};
  }
  SpaceUnderTest space;
};

TEST_F(Mincore, AnswersAByteAPage) {
  const Residency found = mincore(space.map, at, 2 * page_bytes + 1);
  EXPECT_EQ(found.pages, (std::vector<std::uint8_t>{0, 1, 0}));
  EXPECT_EQ(found.error, std::nullopt);
}
TEST_F(Mincore, UnalignedIsEinval) { EXPECT_EQ(mincore(space.map, at + 1, 1).error, Errno::einval); }
TEST_F(Mincore, AHoleIsEnomemAfterWhatWasFound) {
  const Residency found = mincore(space.map, at, 5 * page_bytes);
  EXPECT_EQ(found.pages.size(), 3U);
  EXPECT_EQ(found.error, Errno::enomem);
}
TEST_F(Mincore, BeyondTheSpaceIsEnomem) {
  EXPECT_EQ(mincore(space.map, at, ~std::uint64_t{0}).error, Errno::enomem);
  EXPECT_EQ(mincore(space.map, VirtAddr(0x7fff'ffff'e000), 2 * page_bytes).error, Errno::enomem);
}

}  // namespace signalbox::mincore_test
