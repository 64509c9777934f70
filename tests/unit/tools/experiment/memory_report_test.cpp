#include "tools/experiment/memory_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_status.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox::memory_report_test {

TEST(MemoryReport, AMachineWithoutMemoryHasNone) {
  MachineFixture fixture;
  EXPECT_FALSE(memory_report(fixture.machine()).has_value());
}

TEST(MemoryReport, SaysWhatTheMachineCounted) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  fixture.spawn([](Caller& caller) { write_pages_twice(caller, 1536); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const MemoryReport report = memory_report(fixture.machine()).value();
  EXPECT_EQ(report.bytes, 4 * mib);
  EXPECT_EQ(report.swap_bytes, 16 * mib);
  EXPECT_GE(report.minor_faults, 1536U);
  EXPECT_GT(report.major_faults, 0U);
  EXPECT_GE(report.accesses, 3072U);
  EXPECT_GE(report.tlb_misses, 1536U);
  EXPECT_GE(report.root_loads, 1U);
  EXPECT_GT(report.swapped_out, 0U);
  EXPECT_GT(report.swapped_in, 0U);
  EXPECT_GT(report.disk_busy, Duration());
  EXPECT_LE(report.peak_bytes, report.bytes);
  EXPECT_EQ(report.oom_kills, 0U);
}

TEST(MemoryReport, SumsTheHeapsOfTheLivingAndTheEnded) {
  MachineFixture fixture(with_memory());
  MallocReport before;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(memory_report(fixture.machine())->malloc, MallocReport()) << "nobody has a heap";
    UserHeap heap(caller);
    heap.free(heap.malloc(100).value());
    EXPECT_TRUE(heap.malloc(5 * mib).has_value());
    const std::int64_t child = fork(caller, [](Caller& inner) {
      EXPECT_TRUE(UserHeap(inner).malloc(30).has_value());
      return 0;
    });
    wait_for(caller, child);
    before = memory_report(fixture.machine())->malloc;
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(before.heaps, 2U);
  EXPECT_EQ(before.mallocs, 3U);
  EXPECT_EQ(before.frees, 1U);
  EXPECT_EQ(before.requested, 2 * 5 * mib + 30);
  EXPECT_EQ(before.mmap, 2U);
  EXPECT_GE(before.peak_mapped, before.mapped);
  EXPECT_EQ(memory_report(fixture.machine())->malloc, before) << "as at their ends";
}

// Where nothing else has a price, its time is all there is.
TEST(MemoryReport, TimeIsWhatMemoryIsPricedAt) {
  MachineOptions options = with_memory();
  options.config.costs.memory_access = 1_ns;
  options.config.costs.walk_access = 10_ns;
  options.config.costs.page_fault = 100_ns;
  options.config.costs.page_zero = 1_us;
  MachineFixture fixture(options);
  fixture.spawn([&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 100);
    const Duration spent = memory_report(fixture.machine())->time;
    const Instant begin = caller.now();
    for (std::uint64_t page = 0; page < 100; ++page) memory.store(word_of(at, page), page);
    EXPECT_GE(caller.now() - begin, 100 * 1100_ns);
    EXPECT_EQ(memory_report(fixture.machine())->time - spent, caller.now() - begin);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(OomKillLines, SayWhoWasKilled) {
  MachineOptions options = with_memory(4 * mib);
  options.config.memory->main.overcommit = OvercommitMode::always;
  MachineFixture fixture(options);
  fixture.spawn([&](Caller& caller) {
    caller.process().oom_score_adj = 300;
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 2048);
    for (std::uint64_t page = 0; page < 2048; ++page) memory.store(word_of(at, page), page);
    ADD_FAILURE() << "it does not fit";
  });
  EXPECT_TRUE(oom_kill_lines(fixture.machine()).empty());
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const std::vector<std::string> lines = oom_kill_lines(fixture.machine());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0],
              ::testing::MatchesRegex(
                  "Out of memory: Killed process 2 \\(.*\\) total-vm:[0-9]+kB, anon-rss:[0-9]+kB, file-rss:0kB, "
                  "shmem-rss:0kB, UID:0 pgtables:[0-9]+kB oom_score_adj:300, at 0 ?ns"));
}

}  // namespace signalbox::memory_report_test
