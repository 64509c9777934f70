#include "tools/allocators/trace_run.hpp"

#include <gtest/gtest.h>

namespace signalbox::trace_run_test {

using enum AllocationKind;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

AllocatorRequest request_of(AllocationTrace trace) {
  AllocatorRequest request{.trace = std::move(trace), .ram_bytes = 16 * mib, .samples = 3};
  request.costs.syscall = 100_ns;
  request.costs.page_fault = 1000_ns;
  return request;
}

// Each of two processes has 6 MiB, the first while the second begins or not.
AllocationTrace two_processes(bool ends_first) {
  AllocationTrace trace{.name = "two", .steps = {}, .blocks = 2, .threads = 2, .processes = {0, 1}};
  trace.steps.push_back({.kind = malloc, .thread = 0, .block = 0, .bytes = 6 * mib});
  if (ends_first) trace.steps.push_back({.kind = exit_group, .thread = 0});
  trace.steps.push_back({.kind = malloc, .thread = 1, .block = 1, .bytes = 6 * mib});
  return trace;
}

TEST(TraceRun, ProcessesShareTheMachine) {
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    const AllocatorRequest both = request_of(two_processes(false));
    const AllocatorRun run = TraceRun(both, row, 1).run();
    EXPECT_EQ(run.ended, "") << row.name;
    EXPECT_EQ(run.peak.requested, 12 * mib);
    EXPECT_GE(run.peak_resident, 12 * mib) << row.name;
    EXPECT_EQ(run.last.resident, run.samples.back().resident);

    const AllocatorRequest one = request_of(two_processes(true));
    const AllocatorRun after = TraceRun(one, row, 0).run();
    EXPECT_EQ(after.ended, "") << row.name;
    EXPECT_LT(after.peak_resident, 8 * mib) << row.name;
    EXPECT_EQ(after.last.requested, 6 * mib);
    EXPECT_EQ(after.counts.faults, run.counts.faults) << row.name << ": what ended is counted";
    EXPECT_EQ(after.counts.all_calls(), run.counts.all_calls()) << row.name;
  }
}

TEST(TraceRun, RamIsForAllOfThem) {
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    AllocationTrace trace = two_processes(false);
    for (AllocationStep& step : trace.steps) step.bytes = 9 * mib;
    const AllocatorRequest request = request_of(std::move(trace));
    const AllocatorRun run = TraceRun(request, row, 0).run();
    EXPECT_EQ(run.ended, "killed: out of memory") << row.name;
    EXPECT_EQ(run.steps, 1U);
  }
}

TEST(TraceRun, StepsComeNoEarlierThanRecorded) {
  AllocationTrace trace{.name = "late", .steps = {}, .blocks = 1, .threads = 1, .processes = {0}};
  trace.steps.push_back({.kind = malloc, .block = 0, .bytes = 100, .at = Instant(1'000'000)});
  trace.steps.push_back({.kind = free, .block = 0, .at = Instant(1'000'001)});
  const AllocatorRequest request = request_of(std::move(trace));
  const AllocatorRun run = TraceRun(request, *alloc::find_allocator("ptmalloc"), 0).run();
  EXPECT_GE(run.paused, 1_ms);
  EXPECT_LT(run.paused, 1_ms + 2_ns);
  EXPECT_GT(run.time, Duration());
  EXPECT_EQ(run.time, run.counts.calls_time + run.counts.faults_time);
}

}  // namespace signalbox::trace_run_test
