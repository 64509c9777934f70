#include "kernel/mm/shortage/list_pass.hpp"

#include <gtest/gtest.h>

#include "tests/support/reclaim_rig.hpp"

namespace signalbox::list_pass_test {

struct Passed {
  explicit Passed(std::uint32_t swap_slots = 0)
      : swap(swap_slots), pages(ram.memory, swap), state(ram.memory, swap, pages) {}

  void add(std::uint32_t count, const FakePage& page, PageList list) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const FrameNumber frame = *ram.memory.allocate(to_the_last_frame());
      pages.pages[frame] = page;
      state.lists.add(frame, page.kind, list);
    }
  }
  // The whole pass; rounds it took.
  unsigned run(ListPass& pass) {
    unsigned rounds = 0;
    for (; !pass.is_over(); ++rounds) pass.round(state, step);
    return rounds;
  }

  EmulatedRam ram{4096};
  SwapArea swap;
  FakePages pages;
  ReclaimState state;
  ReclaimStep step;
};

TEST(ListPass, LooksAtAShareByPriority) {
  Passed at;
  at.add(1024, clean_file, PageList::inactive_file);
  ListPass pass(at.state, {.priority = 4, .pages = 1000});
  EXPECT_EQ(at.run(pass), 2U);  // 64 pages
  EXPECT_EQ(at.step.scanned, 64U);
  EXPECT_EQ(pass.counts().reclaimed, 64U);
}

TEST(ListPass, StopsWhenEnoughIsReclaimed) {
  Passed at;
  at.add(1024, clean_file, PageList::inactive_file);
  ListPass pass(at.state, {.priority = 0, .pages = 33});
  at.run(pass);
  EXPECT_EQ(pass.counts().reclaimed, 64U);
}

TEST(ListPass, DirectReclaimIsThoroughAtTheFirstPriority) {
  constexpr std::uint32_t pages_of_33 = 33U << first_priority;
  EmulatedRam ram(pages_of_33);
  SwapArea swap(0);
  FakePages pages(ram.memory, swap);
  ReclaimState state(ram.memory, swap, pages);
  for (std::uint32_t i = 0; i < pages_of_33; ++i) {
    const FrameNumber frame = *ram.memory.allocate(to_the_last_frame());
    pages.pages[frame] = clean_file;
    state.lists.add(frame, PageKind::file, PageList::inactive_file);
  }
  ReclaimStep step;
  ListPass pass(state, {.by = ReclaimedBy::direct});
  while (!pass.is_over()) pass.round(state, step);
  EXPECT_EQ(step.reclaimed, 33U);  // and not the 32 that are wanted
}

// 100 active pages beside 200 inactive ones are not too many, so they stay; beside 50 they are.
TEST(ListPass, ActivePagesAreLookedAtOnlyIfTheyAreTooMany) {
  for (const std::uint32_t inactive : {200U, 50U}) {
    Passed at;
    at.add(inactive, dirty_file, PageList::inactive_file);
    at.add(100, dirty_file, PageList::active_file);
    ListPass pass(at.state, {.priority = 0});
    at.run(pass);
    EXPECT_EQ(pass.skipped_deactivation(), inactive == 200);
    EXPECT_EQ(at.state.counters.deactivated > 0, inactive == 50);
  }
}

TEST(ListPass, RefaultsOpenTheActiveList) {
  Passed at;
  at.add(200, dirty_file, PageList::inactive_file);
  at.add(100, dirty_file, PageList::active_file);
  at.state.counters.refault_activations[1] = 1;
  ListPass pass(at.state, {.priority = 0});
  at.run(pass);
  EXPECT_GT(at.state.counters.deactivated, 0U);
}

TEST(ListPass, DesperateEffortsOpenTheActiveList) {
  Passed at;
  at.add(200, dirty_file, PageList::inactive_file);
  at.add(100, dirty_file, PageList::active_file);
  ListPass pass(at.state, {.priority = 0, .forces_deactivation = true});
  at.run(pass);
  EXPECT_GT(at.state.counters.deactivated, 0U);
}

// Enough idle pages of files: nobody is swapped out. At the last priority there is no such grace.
TEST(ListPass, AnonymousPagesAreSparedWhileFilesSuffice) {
  Passed at(1024);
  at.add(512, clean_file, PageList::inactive_file);
  at.add(512, idle_anonymous, PageList::inactive_anonymous);
  ListPass spared(at.state, {.priority = 2});
  at.run(spared);
  EXPECT_EQ(at.state.counters.scanned[0], 0U);
  ListPass last(at.state, {.priority = 0, .pages = 10'000});
  at.run(last);
  EXPECT_GT(at.state.counters.scanned[0], 0U);
}

// Shares of 60 and 140 of 200: 307 of 1,024 anonymous pages, 89 of 128 on each list of files. The first round reclaims
// the 32 that are wanted: files end, having 63 % left, and anonymous pages are nudged towards 37 % of 307, by one
// batch.
TEST(ListPass, OneNudgeTowardsProportion) {
  Passed at(1024);
  at.add(256, clean_file, PageList::inactive_file);
  at.add(256, clean_file, PageList::active_file);
  at.add(2048, idle_anonymous, PageList::inactive_anonymous);
  at.state.counters.refault_activations[1] = 1;  // files are not spared
  ListPass pass(at.state, {.priority = 1, .pages = 32});
  EXPECT_EQ(at.run(pass), 2U);
  EXPECT_EQ(at.state.counters.scanned[0], 64U);
  EXPECT_EQ(at.state.counters.scanned[1], 32U);
}

TEST(ListPass, AgesActiveAnonymousPagesInTheEnd) {
  Passed at(64);
  at.add(100, idle_anonymous, PageList::active_anonymous);
  ListPass pass(at.state, {.priority = 12});
  at.run(pass);
  EXPECT_EQ(at.state.lists.size(PageList::inactive_anonymous), 32U);
}

TEST(ListPass, TellsTheMachineThatAllFilesAreDirty) {
  Passed at;
  at.add(64, dirty_file, PageList::inactive_file);
  ListPass direct(at.state, {.priority = 0, .by = ReclaimedBy::direct});
  at.run(direct);
  EXPECT_FALSE(at.state.sees_dirty_only);
  at.add(64, dirty_file, PageList::inactive_file);
  ListPass background(at.state, {.priority = 0, .by = ReclaimedBy::background});
  at.run(background);
  EXPECT_TRUE(at.state.sees_dirty_only);
}

TEST(ListPass, ProgressGivesBackgroundReclaimHope) {
  Passed at;
  at.state.background_failures = ReclaimState::max_retries;
  at.add(64, clean_file, PageList::inactive_file);
  ListPass pass(at.state, {.priority = 0, .by = ReclaimedBy::direct});
  at.run(pass);
  EXPECT_FALSE(at.state.is_hopeless());
}

}  // namespace signalbox::list_pass_test
