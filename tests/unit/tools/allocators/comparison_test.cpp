#include "tools/allocators/comparison.hpp"

#include <gtest/gtest.h>

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

// 5.x keeps free pages for ten seconds; a pause of them, and a little to do, gives them back.
TEST(AllocatorComparison, DecayGoesByTheTraceTime) {
  AllocatorRequest request = request_of("phases:phases=2,live=4000000,kept=0,rest=off");
  request.allocators = {alloc::find_allocator("jemalloc")};
  const std::uint64_t without = compare_allocators(request).front().last.resident;
  request.trace = load_allocations("phases:phases=2,live=4000000,kept=0,rest=20s", 1);
  EXPECT_LT(compare_allocators(request).front().last.resident, without);
}

TEST(AllocatorComparison, WhoNeedsTooMuchIsEndedAndSaysSo) {
  AllocatorRequest request = request_of("phases:phases=1,live=100000000,kept=0");
  request.ram_bytes = std::uint64_t{32} << 20U;
  for (const AllocatorRun& run : compare_allocators(request)) {
    EXPECT_NE(run.ended, "") << run.row->name;
    EXPECT_LT(run.steps, request.trace.steps.size());
  }
}

}  // namespace signalbox::comparison_test
