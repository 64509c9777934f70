#include "kernel/machine/khugepaged.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/madvise.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::khugepaged_test {

namespace nr = call_number;

MachineOptions with_huge_pages() {
  MachineOptions options = with_memory(64 * mib);
  options.policy = "round_robin:quantum=10ms";  // who computes shares the CPU with it
  options.config.memory->main.huge_pages = HugePagePolicy::madvise;
  options.config.costs.page_copy = 1_us;
  options.config.costs.page_zero = 500_ns;
  options.config.costs.page_scan = 10_ns;
  return options;
}

// An aligned 2 MiB with some small pages, for which huge ones are asked then: khugepaged has something to do.
VirtAddr small_pages(Caller& caller, std::uint64_t pages) {
  const VirtAddr at = (map_pages(caller, 2 * huge_page_frames) + (huge_page_bytes - 1)).aligned_down(huge_page_bytes);
  UserMemory memory(caller);
  for (std::uint64_t page = 0; page < pages; ++page) memory.store(word_of(at, page), page + 1);
  EXPECT_EQ(call(caller, nr::madvise, at, huge_page_bytes, madv_hugepage), 0);
  return at;
}

bool is_huge(Caller& caller, VirtAddr at) { return caller.process().space->is_huge_at(at); }

std::uint64_t collapsed(Caller& caller) { return caller.kernel().pager()->memory().huge_page_scan().pages_collapsed(); }

TEST(Khugepaged, MakesSmallPagesAHugeOneInTheBackground) {
  in_memory(
      [](Caller& caller) {
        const VirtAddr at = small_pages(caller, 100);
        EXPECT_FALSE(is_huge(caller, at));
        sleep_for(caller, 100_ms);
        EXPECT_TRUE(is_huge(caller, at));
        UserMemory memory(caller);
        for (std::uint64_t page = 0; page < 100; ++page) EXPECT_EQ(memory.load(word_of(at, page)), page + 1);
        EXPECT_EQ(memory.load(word_of(at, 100)), 0U);
      },
      with_huge_pages());
}

// 512 looks, 100 copies and 412 pages cleared; the thread alone has the CPU meanwhile.
TEST(Khugepaged, ItsWorkTakesTheTimeThatItCosts) {
  MachineFixture fixture(with_huge_pages());
  fixture.spawn([&](Caller& caller) {
    small_pages(caller, 100);
    const Duration before = fixture.machine().memory()->spent();
    sleep_for(caller, 100_ms);
    EXPECT_EQ(fixture.machine().memory()->spent() - before, 512 * 10_ns + 100 * 1_us + 412 * 500_ns);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(Khugepaged, LooksAgainEveryTenSeconds) {
  in_memory(
      [](Caller& caller) {
        small_pages(caller, 100);
        sleep_for(caller, 1_s);
        EXPECT_EQ(collapsed(caller), 1U);
        small_pages(caller, 100);
        for (int i = 0; i < 8; ++i) compute(caller, 1_s);
        EXPECT_EQ(collapsed(caller), 1U);
        for (int i = 0; i < 2; ++i) compute(caller, 1_s);
        EXPECT_EQ(collapsed(caller), 2U);
      },
      with_huge_pages());
}

TEST(Khugepaged, IsNotMadeWithoutWork) {
  MachineFixture fixture(with_huge_pages());
  fixture.spawn([](Caller& caller) { map_pages(caller, 2 * huge_page_frames); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().of(TraceKind::thread_created).size(), 1U);
}

TEST(Khugepaged, KeepsNoRunGoing) {
  MachineFixture fixture(with_huge_pages());
  fixture.spawn([](Caller& caller) { small_pages(caller, 10); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_LT(fixture.now(), Instant() + 1_s);
}

// It would look every ten seconds, and the run would have no end.
TEST(Khugepaged, ADeadlockIsStillFound) {
  MachineFixture fixture(with_huge_pages());
  WaitQueue nobody(WaitLabel{WaitKind::time, NameId()});
  fixture.spawn([&](Caller& caller) {
    small_pages(caller, 10);
    caller.sleep_on(nobody);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::deadlock);
  EXPECT_LT(fixture.now(), Instant() + 60_s);
  fixture.destroy();
}

TEST(Khugepaged, TheSameSeedGivesTheSameTrace) {
  const auto hash_of_run = [] {
    MachineFixture fixture(with_huge_pages());
    for (int i = 0; i < 2; ++i) {
      fixture.spawn([](Caller& caller) {
        small_pages(caller, 50);
        compute(caller, 12_s);
        small_pages(caller, 50);
        compute(caller, 12_s);
      });
    }
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    EXPECT_GE(fixture.machine().memory()->main().huge_page_scan().pages_collapsed(), 4U);
    return fixture.hash();
  };
  EXPECT_EQ(hash_of_run(), hash_of_run());
}

}  // namespace signalbox::khugepaged_test
