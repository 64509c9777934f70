#include "tests/support/page_bits.hpp"
#include "tests/support/reference_strings.hpp"

namespace signalbox::aging_test {
namespace {

// Tanenbaum's figure 3-17: six pages over five ticks. Counters then: 01111000 10110000 10001000 00100000 01011000
// 00101000.
TEST(Aging, OrdersPagesByTheirHistories) {
  PageBits bits(6);
  const Prng prng(1);
  const auto aging = find_reclaimer("aging")->make({.view = bits, .slots = 6, .tau = 0, .prng = prng});
  for (FrameSlot slot = 0; slot < 6; ++slot) aging->loaded({slot, slot});
  for (const char* used : {"101011", "110010", "110101", "100010", "011000"}) {
    for (FrameSlot slot = 0; slot < 6; ++slot) bits.accessed[slot] = used[slot] == '1';
    aging->tick();
  }
  std::vector<FrameSlot> order;
  for (int i = 0; i < 6; ++i) {
    order.push_back(aging->choose({}));
    aging->freed({order.back(), order.back()}, Reclaimer::Loss::evicted);
  }
  EXPECT_EQ(order, (std::vector<FrameSlot>{3, 5, 4, 0, 2, 1}));
}

TEST(Aging, OfEqualsTakesTheOneLoadedFirst) {
  EXPECT_EQ(evicted("aging", references("1 2 3 4 5"), {.frames = 3}), (std::vector<PageKey>{1, 2}));
}

}  // namespace
}  // namespace signalbox::aging_test
