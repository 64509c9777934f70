#include "tools/allocators/heap_recorder.hpp"

#include <gtest/gtest.h>

namespace signalbox::heap_recorder_test {

using alloc::HeapDeed;
using alloc::HeapEvent;
using enum AllocationKind;

std::vector<AllocationKind> kinds(const AllocationTrace& trace) {
  std::vector<AllocationKind> found;
  for (const AllocationStep& step : trace.steps) found.push_back(step.kind);
  return found;
}

TEST(HeapRecorder, BlocksHaveNumbersThatOutliveTheirAddresses) {
  HeapRecorder recorder;
  const VirtAddr at(0x1000);
  const VirtAddr there(0x2000);
  recorder.heard({.deed = HeapDeed::malloc, .thread = Tid(5), .at = Instant(10), .block = at, .bytes = 100});
  recorder.heard(
      {.deed = HeapDeed::realloc, .thread = Tid(5), .at = Instant(20), .block = there, .old = at, .bytes = 300});
  recorder.heard({.deed = HeapDeed::aligned_alloc, .thread = Tid(7), .block = at, .bytes = 8, .alignment = 64});
  recorder.heard({.deed = HeapDeed::free, .thread = Tid(7), .block = there});
  recorder.heard({.deed = HeapDeed::calloc, .thread = Tid(5), .block = there, .bytes = 40});
  const AllocationTrace trace = recorder.take("t");
  EXPECT_EQ(kinds(trace), (std::vector{malloc, realloc, aligned, free, calloc}));
  EXPECT_EQ(trace.steps[1].block, trace.steps[0].block);
  EXPECT_EQ(trace.steps[3].block, trace.steps[0].block);
  EXPECT_NE(trace.steps[2].block, trace.steps[0].block);
  EXPECT_EQ(trace.steps[1].bytes, 300U);
  EXPECT_EQ(trace.steps[1].at, Instant(20));
  EXPECT_EQ(trace.steps[2].alignment, 64U);
  EXPECT_EQ(trace.blocks, 2U) << "a number whose block is free serves again";
  EXPECT_EQ(trace.threads, 2U);
  EXPECT_EQ(trace.process_count(), 1U);
  EXPECT_TRUE(trace.notes.empty());
}

TEST(HeapRecorder, ThreadsAndProcessesEndBeforeWhatFollows) {
  HeapRecorder recorder;
  recorder.heard({.deed = HeapDeed::malloc, .thread = Tid(1), .block = VirtAddr(0x1000), .bytes = 1});
  recorder.heard({.deed = HeapDeed::malloc, .heap = 1, .thread = Tid(1), .block = VirtAddr(0x1000), .bytes = 2});
  recorder.heard({.deed = HeapDeed::thread_end, .heap = 1, .thread = Tid(1)});
  recorder.heard({.deed = HeapDeed::malloc, .heap = 1, .thread = Tid(1), .block = VirtAddr(0x3000), .bytes = 3});
  recorder.heard({.deed = HeapDeed::heap_end});
  recorder.heard({.deed = HeapDeed::free, .heap = 1, .thread = Tid(1), .block = VirtAddr(0x1000)});
  recorder.heard({.deed = HeapDeed::heap_end, .heap = 1});
  const AllocationTrace trace = recorder.take("t");
  EXPECT_EQ(kinds(trace), (std::vector{malloc, malloc, exit, malloc, exit_group, free})) << "what ends last stays";
  EXPECT_EQ(trace.processes, (std::vector<std::uint16_t>{0, 1, 1})) << "a cache that serves again is another thread";
  EXPECT_EQ(trace.steps[4].thread, 0U);
  EXPECT_EQ(trace.steps[5].block, trace.steps[1].block);
}

TEST(HeapRecorder, SaysWhatAForksChildHasFromItsParent) {
  HeapRecorder recorder;
  const VirtAddr at(0x1000);
  recorder.heard({.deed = HeapDeed::malloc, .thread = Tid(1), .block = at, .bytes = 1});
  recorder.heard({.deed = HeapDeed::free, .heap = 1, .thread = Tid(1), .block = at});
  recorder.heard(
      {.deed = HeapDeed::realloc, .heap = 1, .thread = Tid(1), .block = VirtAddr(0x9000), .old = at, .bytes = 9});
  recorder.heard({.deed = HeapDeed::free, .heap = 1, .thread = Tid(1), .block = VirtAddr(0x9000)});
  const AllocationTrace trace = recorder.take("t");
  EXPECT_EQ(kinds(trace), (std::vector{malloc, malloc, free}));
  ASSERT_EQ(trace.notes.size(), 1U);
  EXPECT_TRUE(trace.notes[0].starts_with("t: 2 calls with blocks that a fork's child had")) << trace.notes[0];
}

TEST(HeapRecorder, HearsNothingBehindTheEnd) {
  HeapRecorder recorder;
  recorder.heard({.deed = HeapDeed::malloc, .thread = Tid(1), .block = VirtAddr(0x1000), .bytes = 1});
  recorder.stop();
  recorder.heard({.deed = HeapDeed::free, .thread = Tid(1), .block = VirtAddr(0x1000)});
  EXPECT_EQ(recorder.take("t").steps.size(), 1U);
}

}  // namespace signalbox::heap_recorder_test
