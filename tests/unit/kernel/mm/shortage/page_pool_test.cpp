#include "kernel/mm/shortage/page_pool.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/reclaim_rig.hpp"

namespace signalbox::page_pool_test {

struct Pooled {
  explicit Pooled(std::string_view policy, Duration tau = {})
      : pool(state, clock, *find_reclaimer(policy), tau, Prng(1)) {}

  FrameNumber add(const FakePage& page) {
    const FrameNumber frame = *ram.memory.allocate(to_the_last_frame());
    pages.pages[frame] = page;
    state.lists.add(frame, page.kind, inactive_list(page.kind));
    pool.add(frame, ++last_key);
    return frame;
  }
  FrameNumber lose() {
    const FrameNumber victim = pool.choose(writes);
    pool.remove(victim, Reclaimer::Loss::evicted);
    return victim;
  }

  EmulatedRam ram{512};
  SwapArea swap{512};
  FakePages pages{ram.memory, swap};
  ReclaimState state{ram.memory, swap, pages};
  HandClock clock;
  PagePool pool;
  std::vector<BlockRequest> writes;
  PageKey last_key = 0;
};

TEST(PagePool, FifoTakesThemInOrder) {
  Pooled at("fifo");
  const FrameNumber a = at.add(clean_file);
  const FrameNumber b = at.add(clean_file);
  EXPECT_EQ(at.lose(), a);
  EXPECT_EQ(at.lose(), b);
  EXPECT_EQ(at.pool.size(), 0U);
}

// Beyond 64 the policy is made anew, and told all in the same order.
TEST(PagePool, GrowsWithItsPages) {
  Pooled at("fifo");
  std::vector<FrameNumber> added;
  for (int i = 0; i < 200; ++i) added.push_back(at.add(clean_file));
  for (const FrameNumber page : added) EXPECT_EQ(at.lose(), page);
}

TEST(PagePool, ClockPassesOverWhatIsUsed) {
  Pooled at("clock");
  const FrameNumber a = at.add(clean_file);
  const FrameNumber b = at.add(clean_file);
  at.pages.pages.at(a).accessed = 1;
  EXPECT_EQ(at.lose(), b);
  EXPECT_EQ(at.lose(), a);  // its bit was cleared when the hand passed
}

// The hardware's bit is gone when nru looks at it; what it saw is not.
TEST(PagePool, LookingForgetsNothing) {
  Pooled at("nru");
  const FrameNumber a = at.add(clean_file);
  at.pages.pages.at(a).accessed = 1;
  const FrameNumber b = at.add(clean_file);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(at.pool.choose(at.writes), b);
  at.pool.tick();
  at.pages.pages.at(b).accessed = 1;
  EXPECT_EQ(at.pool.choose(at.writes), a);
}

TEST(PagePool, WsClockHasDirtyPagesWritten) {
  Pooled at("wsclock", Duration(10));
  const FrameNumber anonymous = at.add(idle_anonymous);
  const FrameNumber clean = at.add(clean_file);
  at.clock.at = Instant(100);
  EXPECT_EQ(at.pool.choose(at.writes), clean);
  ASSERT_EQ(at.writes.size(), 1U);
  EXPECT_EQ(at.writes[0].frame, anonymous);
  EXPECT_FALSE(at.pages.is_mapped(anonymous));
}

FakePage used_file() {
  FakePage page = clean_file;
  page.accessed = 1;
  return page;
}

// lru would be told of every reference by a textbook: here of the bits that are found set, when somebody looks.
TEST(PagePool, TellsOfUsesThatItFinds) {
  Pooled at("lru");
  const FrameNumber a = at.add(used_file());
  const FrameNumber b = at.add(used_file());
  const FrameNumber c = at.add(used_file());
  at.pool.sample();  // the uses that loaded them
  at.pages.pages.at(a).accessed = 1;
  at.pool.tick();
  at.pages.pages.at(b).accessed = 1;
  at.pool.sample();
  EXPECT_EQ(at.lose(), c);
  EXPECT_EQ(at.lose(), a);
  EXPECT_EQ(at.lose(), b);
}

TEST(PagePool, TheUseThatLoadsAPageIsToldOnce) {
  Pooled at("lfu");
  const FrameNumber a = at.add(used_file());
  at.pool.sample();
  const FrameNumber b = at.add(used_file());
  for (int i = 0; i < 2; ++i) {
    at.pages.pages.at(b).accessed = 1;
    at.pool.sample();
  }
  EXPECT_EQ(at.lose(), a) << "loaded, and used no more";
  EXPECT_EQ(at.lose(), b);
}

TEST(PagePoolDeathTest, KernelsKnowNoFuture) { EXPECT_DEATH(Pooled("opt"), "does not know what comes"); }

}  // namespace signalbox::page_pool_test
