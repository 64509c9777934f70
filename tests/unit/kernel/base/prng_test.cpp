#include "kernel/base/prng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::prng_test {

// Reference outputs: a transcription of the authors' xoshiro256starstar.c and splitmix64.c in Python that
// reproduces the published outputs from the state {1, 2, 3, 4} (11520, 0, 1509978240, 1215971899390074240).
TEST(Prng, MatchesTheReferenceImplementation) {
  Prng zero(0);
  EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4U);
  EXPECT_EQ(zero.next(), 0xbf6e1f784956452aU);
  EXPECT_EQ(zero.next(), 0x1a5f849d4933e6e0U);
  Prng answer(42);
  EXPECT_EQ(answer.next(), 0x15780b2e0c2ec716U);
  EXPECT_EQ(answer.next(), 0x6104d9866d113a7eU);
}

TEST(Prng, SameSeedGivesTheSameNumbers) {
  Prng a(7);
  Prng b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
}

TEST(Prng, BelowStaysBelow) {
  Prng prng(1);
  for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{1} << 63U, ~std::uint64_t{0}}) {
    for (int i = 0; i < 1'000; ++i) EXPECT_LT(prng.below(bound), bound);
  }
}

TEST(PrngDeathTest, BelowZeroIsABug) { EXPECT_DEATH(Prng(1).below(0), "at least one alternative"); }

// Chi-squared with 9 degrees of freedom exceeds 33.7 with probability 1e-4; the seed is fixed.
TEST(Prng, BelowIsUniform) {
  constexpr int draws = 100'000;
  std::array<int, 10> counts{};
  Prng prng(3);
  for (int i = 0; i < draws; ++i) ++counts.at(prng.below(counts.size()));
  double chi_squared = 0;
  for (const int count : counts) {
    const double difference = count - draws / 10.0;
    chi_squared += difference * difference / (draws / 10.0);
  }
  EXPECT_LT(chi_squared, 33.7);
}

// Multiply-and-shift without rejection would draw the multiples of three twice as often as each other residue.
TEST(Prng, BelowIsUnbiasedForHugeBounds) {
  constexpr std::uint64_t bound = std::uint64_t{3} << 62U;
  std::array<int, 3> residues{};
  Prng prng(5);
  for (int i = 0; i < 30'000; ++i) ++residues.at(prng.below(bound) % 3);
  for (const int count : residues) EXPECT_NEAR(count, 10'000, 400);
}

TEST(Prng, SplitDoesNotDependOnDraws) {
  Prng fresh(11);
  Prng used(11);
  for (int i = 0; i < 10; ++i) used.next();
  EXPECT_EQ(fresh.split("arrivals").next(), used.split("arrivals").next());
}

TEST(Prng, SplitLeavesTheParentAsItWas) {
  Prng alone(11);
  Prng parent(11);
  parent.split("arrivals").next();
  EXPECT_EQ(alone.next(), parent.next());
}

// Two independent 64-bit words differ in 32 bits on average, give or take 4; a mean over 1,000 in 0.13.
TEST(Prng, SplitsByNameAreIndependent) {
  const Prng parent(13);
  std::vector<Prng> streams = {parent,
                               parent.split("a"),
                               parent.split("b"),
                               parent.split("a").split("b"),
                               parent.split("b").split("a"),
                               Prng(14).split("a")};
  for (std::size_t i = 0; i < streams.size(); ++i) {
    for (std::size_t j = i + 1; j < streams.size(); ++j) {
      Prng first = streams[i];
      Prng second = streams[j];
      int differing_bits = 0;
      for (int draw = 0; draw < 1'000; ++draw) differing_bits += std::popcount(first.next() ^ second.next());
      EXPECT_NEAR(differing_bits / 1'000.0, 32.0, 0.6) << "streams " << i << " and " << j;
    }
  }
}

}  // namespace signalbox::prng_test
