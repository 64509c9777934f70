#include "tools/memory/tlb_run.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::tlb_run_test {
namespace {

constexpr std::array all_turns{Turns::threads, Turns::tagged, Turns::untagged};

// Every page once and then again, as often as it takes: 64 accesses of 64 bytes a page.
TlbRequest strided(std::uint64_t pages) {
  return {.pattern = {.pages = pages}, .accesses = pages * 64 * 2, .switch_every = pages * 64};
}

TEST(TlbRun, PagesThatFitMissOnce) {
  const TlbCounts counts = run_alone(strided(64));
  EXPECT_EQ(counts.mmu.accesses, 8192U);
  EXPECT_EQ(counts.mmu.l1_misses, 64U);
  EXPECT_EQ(counts.mmu.l2_misses, 64U);
  EXPECT_EQ(counts.mmu.walk_accesses, 64U + 3);
}

TEST(TlbRun, BeyondTheReachAllMiss) {
  const TlbCounts counts = run_alone(strided(4096));
  EXPECT_EQ(counts.mmu.l2_misses, 2 * 4096U) << "least recently used drops each before it comes again";
}

TEST(TlbRun, WithoutAWalkCacheAllLevelsAreRead) {
  TlbRequest request = strided(64);
  request.mmu.walk_cache = no_walk_cache;
  EXPECT_EQ(run_alone(request).mmu.walk_accesses, 4 * 64U);
  request.format = &flat_format();
  EXPECT_EQ(run_alone(request).mmu.walk_accesses, 64U);
}

// Two processes of 64 pages, two turns each. A tag keeps what the other left; without tags each switch forgets all.
TEST(TlbRun, ASwitchLosesWhatTagsKeep) {
  TlbRequest request = strided(64);
  request.mmu.tlb.l2 = {128, 12};
  EXPECT_EQ(run_turns(request, Turns::none).mmu.l2_misses, 128U);
  const TlbCounts tagged = run_turns(request, Turns::tagged);
  EXPECT_EQ(tagged.switches, 3U);
  EXPECT_EQ(tagged.entries_lost, 0U);
  EXPECT_EQ(tagged.mmu.l2_misses, 128U);
  const TlbCounts untagged = run_turns(request, Turns::untagged);
  EXPECT_EQ(untagged.entries_lost, 3 * 128U) << "64 in each level";
  EXPECT_EQ(untagged.mmu.l2_misses, 4 * 64U) << "each turn walks for each page";
  EXPECT_EQ(run_turns(request, Turns::threads).mmu.l2_misses, 128U);
  EXPECT_EQ(run_turns(request, Turns::threads).entries_lost, 0U);
}

// Linux has six tags: seven processes in turn find theirs given away each time.
TEST(TlbRun, TheSeventhProcessTakesATag) {
  TlbRequest request = strided(16);
  request.processes = 6;
  EXPECT_EQ(run_turns(request, Turns::tagged).entries_lost, 0U);
  request.processes = 7;
  EXPECT_GT(run_turns(request, Turns::tagged).entries_lost, 0U);
  EXPECT_EQ(run_turns(request, Turns::tagged).mmu.l2_misses, 7 * 2 * 16U);
}

TEST(TlbRun, EveryAccessIsMadeHoweverTurnsDivideThem) {
  TlbRequest request{.pattern = {.kind = PagePattern::Kind::random, .pages = 100},
                     .accesses = 1234,
                     .processes = 3,
                     .switch_every = 100};
  for (const Turns turns : all_turns) {
    EXPECT_EQ(run_turns(request, turns).mmu.accesses, 3 * 1234U);
    EXPECT_EQ(run_turns(request, turns).switches, 3 * 13U - 1);
    EXPECT_EQ(run_turns(request, turns), run_turns(request, turns));
  }
}

TEST(TlbRun, LargePagesReachFurther) {
  TlbRequest request{.page = PageSize::large,
                     .pattern = {.pages = 4, .page_bytes = std::uint64_t{2} << 20U, .step = 4096},
                     .accesses = 4096};
  EXPECT_EQ(run_alone(request).mmu.l2_misses, 4U);
  EXPECT_EQ(frames_of(request), 2 * 4 * 512U);
}

}  // namespace
}  // namespace signalbox::tlb_run_test
