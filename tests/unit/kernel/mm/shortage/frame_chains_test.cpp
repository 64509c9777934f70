#include "kernel/mm/shortage/frame_chains.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signalbox::frame_chains_test {

std::vector<std::uint32_t> from_tail(const FrameChains& chains, FrameChains::Chain chain) {
  std::vector<std::uint32_t> order;
  for (std::optional<FrameNumber> at = chains.tail(chain); at; at = chains.younger(*at)) order.push_back(at->value());
  return order;
}

TEST(FrameChains, OldestStandsAtTheTail) {
  FrameChains chains(8, 2);
  for (const std::uint32_t frame : {3U, 1U, 5U}) chains.add_head(1, FrameNumber(frame));
  chains.add_tail(1, FrameNumber(7));
  EXPECT_EQ(from_tail(chains, 1), (std::vector<std::uint32_t>{7, 3, 1, 5}));
  EXPECT_EQ(chains.size(1), 4U);
  EXPECT_EQ(chains.size(0), 0U);
  EXPECT_EQ(chains.tail(0), std::nullopt);
}

TEST(FrameChains, LosesItsEndsAndItsMiddle) {
  FrameChains chains(8, 1);
  for (std::uint32_t frame = 0; frame < 5; ++frame) chains.add_head(0, FrameNumber(frame));
  for (const std::uint32_t frame : {2U, 0U, 4U}) chains.remove(FrameNumber(frame));
  EXPECT_EQ(from_tail(chains, 0), (std::vector<std::uint32_t>{1, 3}));
  chains.remove(FrameNumber(1));
  chains.remove(FrameNumber(3));
  EXPECT_EQ(from_tail(chains, 0), std::vector<std::uint32_t>{});
  chains.add_tail(0, FrameNumber(2));
  EXPECT_EQ(from_tail(chains, 0), std::vector<std::uint32_t>{2});
}

TEST(FrameChains, FrameStandsForAllOfAHugePage) {
  FrameChains chains(1024, 1);
  chains.stand_for(FrameNumber(512), huge_page_frames);
  chains.add_head(0, FrameNumber(512));
  chains.add_head(0, FrameNumber(3));
  EXPECT_EQ(chains.size(0), huge_page_frames + 1);
  chains.stand_for(FrameNumber(512), 1);
  EXPECT_EQ(chains.size(0), 2U);
  chains.add_younger(FrameNumber(513), FrameNumber(512));
  chains.add_younger(FrameNumber(4), FrameNumber(3));
  EXPECT_EQ(from_tail(chains, 0), (std::vector<std::uint32_t>{512, 513, 3, 4}));
  chains.add_head(0, FrameNumber(5));
  EXPECT_EQ(from_tail(chains, 0).back(), 5U);
}

TEST(FrameChains, FrameKnowsItsChain) {
  FrameChains chains(4, 3);
  chains.add_head(2, FrameNumber(1));
  EXPECT_EQ(chains.chain_of(FrameNumber(1)), 2);
  EXPECT_FALSE(chains.contains(FrameNumber(0)));
}

TEST(FrameChainsDeathTest, FrameIsInOneChainAtMost) {
  FrameChains chains(4, 2);
  chains.add_head(0, FrameNumber(1));
  EXPECT_DEATH(chains.add_tail(1, FrameNumber(1)), "one chain at most");
  EXPECT_DEATH(chains.remove(FrameNumber(2)), "only what is in a chain");
}

}  // namespace signalbox::frame_chains_test
