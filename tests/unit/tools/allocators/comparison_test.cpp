#include "tools/allocators/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tools/allocators/generators.hpp"

namespace signalbox::comparison_test {

AllocatorRequest request_of(const std::string& workload) {
  AllocatorRequest request{.trace = load_allocations(workload, 1), .cpus = 2};
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) request.allocators.push_back(&row);
  request.costs.syscall = 177_ns;
  request.costs.page_fault = 1400_ns;
  return request;
}

TEST(AllocatorComparison, EveryAllocatorGoesThroughEveryWorkload) {
  for (const std::string workload :
       {"larson:threads=3,slots=100,rounds=3,replacements=200", "cross_thread:blocks=3000,depth=100",
        "phases:phases=3,live=300000", "lifetimes:blocks=3000,live=300,threads=2"}) {
    const AllocatorRequest request = request_of(workload);
    for (const AllocatorRun& run : compare_allocators(request)) {
      EXPECT_EQ(run.ended, "") << run.row->name << " " << workload;
      EXPECT_EQ(run.steps, request.trace.steps.size());
      EXPECT_EQ(run.time, run.counts.calls_time + run.counts.faults_time + run.counts.accesses_time);
      EXPECT_EQ(run.counts.calls_time, 177_ns * static_cast<std::int64_t>(run.counts.all_calls()));
      EXPECT_EQ(run.counts.faults_time, 1400_ns * static_cast<std::int64_t>(run.counts.faults));
      EXPECT_GE(run.peak_resident, run.peak.resident);
      for (const HeapSample& sample : run.samples) {
        EXPECT_LE(sample.requested, sample.allocated) << run.row->name << " " << workload;
        EXPECT_LE(sample.allocated, sample.active) << run.row->name;
        EXPECT_LE(sample.active, sample.mapped) << run.row->name;
        EXPECT_LE(sample.resident, sample.mapped + sample.metadata + sample.retained + 8 * page_bytes) << run.row->name;
      }
    }
  }
}

TEST(AllocatorComparison, SameRequestSameAnswer) {
  const AllocatorRequest request = request_of("lifetimes:blocks=2000,live=200");
  const auto first = compare_allocators(request);
  const auto second = compare_allocators(request);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].time, second[i].time);
    EXPECT_EQ(first[i].counts.faults, second[i].counts.faults);
    EXPECT_EQ(first[i].last.resident, second[i].last.resident);
    EXPECT_EQ(first[i].tlb_misses, second[i].tlb_misses);
  }
}

// 5.x keeps free pages for ten seconds: after a longer rest they are given back, and fault again.
TEST(AllocatorComparison, DecayGoesByTheTimeOfTheTrace) {
  const auto run_of = [](const std::string& workload) {
    AllocatorRequest request = request_of(workload);
    request.allocators = {alloc::find_allocator("jemalloc")};
    return compare_allocators(request).front();
  };
  const auto purged = [](const AllocatorRun& run) {
    const auto found = std::ranges::find(run.own_counts, "dirty_purged", &alloc::AllocatorCount::name);
    return found->value;
  };
  const AllocatorRun busy = run_of("phases:phases=3,live=8000000,most=512,kept=0,rest=off");
  const AllocatorRun resting = run_of("phases:phases=3,live=8000000,most=512,kept=0,rest=20s");
  EXPECT_EQ(purged(busy), 0U);
  EXPECT_GT(purged(resting), 1000U);
  EXPECT_GT(resting.counts.faults, busy.counts.faults + 500);
  EXPECT_EQ(resting.paused, 60_s);
  EXPECT_LT(resting.time, 1_s) << "a pause is not the allocator's time";
}

TEST(AllocatorComparison, WhoNeedsTooMuchIsEndedAndSaysSo) {
  AllocatorRequest request = request_of("phases:phases=1,live=100000000,kept=0");
  request.ram_bytes = std::uint64_t{32} << 20U;
  for (const AllocatorRun& run : compare_allocators(request)) {
    EXPECT_NE(run.ended, "") << run.row->name;
    EXPECT_LT(run.steps, request.trace.steps.size());
    EXPECT_EQ(run.last.step, run.steps) << run.row->name;
    for (const HeapSample& sample : run.samples) EXPECT_LE(sample.requested, run.peak.requested) << run.row->name;
  }
}

}  // namespace signalbox::comparison_test
