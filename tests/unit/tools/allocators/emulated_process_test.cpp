#include "tools/allocators/emulated_process.hpp"

#include <gtest/gtest.h>

namespace signalbox::emulated_process_test {

const CostModel prices = [] {
  CostModel costs;
  costs.syscall = 100_ns;
  costs.page_fault = 1000_ns;
  costs.page_zero = 10_ns;
  return costs;
}();

std::uint64_t calls(const EmulatedProcess& process, MemoryCall call) {
  return process.counts().calls[static_cast<std::size_t>(call)];
}

TEST(EmulatedProcess, FirstTouchOfAPageCostsAFault) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr at = process.map(8192, page_bytes);
  EXPECT_EQ(process.now(), Instant(100));
  EXPECT_EQ(process.resident_bytes(), 0U);
  EXPECT_TRUE(process.touch(at));
  EXPECT_EQ(process.counts().faults, 1U);
  EXPECT_EQ(process.resident_bytes(), 4096U);
  const Duration price = process.counts().faults_time;
  EXPECT_GE(price, 1010_ns) << "and the tables that it took";
  EXPECT_TRUE(process.touch(at + 100));
  EXPECT_EQ(process.counts().faults, 1U);
  process.store(at + 4096, 7);
  EXPECT_EQ(process.load(at + 4096), 7U);
  EXPECT_EQ(process.peek(at + 4096), 7U);
  EXPECT_EQ(process.counts().heap_words, 2U);
  EXPECT_EQ(process.counts().faults, 2U);
  EXPECT_EQ(process.now().since_start(), 100_ns + process.counts().faults_time);
}

TEST(EmulatedProcess, WhatIsGivenBackIsNotResident) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr at = process.map(8192, page_bytes);
  process.store(at, 1);
  EXPECT_TRUE(process.purge(at, 8192, alloc::Purge::forced));
  EXPECT_EQ(process.resident_bytes(), 0U);
  EXPECT_EQ(process.load(at), 0U) << "and reads as zeros";
  EXPECT_TRUE(process.unmap(at, 8192));
  EXPECT_EQ(process.peek(at), std::nullopt);
  EXPECT_FALSE(process.is_dead());
  process.load(at);
  EXPECT_TRUE(process.is_dead());
}

TEST(EmulatedProcess, BreakIsAskedForOnceAndMoved) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr begin = process.extend_break(0);
  EXPECT_EQ(process.extend_break(8192), begin);
  EXPECT_EQ(process.extend_break(-4096), begin + 8192);
  EXPECT_EQ(process.extend_break(0), begin + 4096);
  EXPECT_EQ(calls(process, MemoryCall::brk), 3U) << "sbrk(0) asks nobody";
}

TEST(EmulatedProcess, AlignedMappingsCostWhatIsCutOff) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  process.map(4096, page_bytes);
  const VirtAddr at = process.map(1U << 20U, 1U << 20U);
  EXPECT_EQ(at.value() % (1U << 20U), 0U);
  EXPECT_EQ(calls(process, MemoryCall::mmap), 3U);
  EXPECT_GE(calls(process, MemoryCall::munmap), 2U);
}

TEST(EmulatedProcess, MovedPagesKeepTheirContentsAndFrames) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr at = process.map(8192, page_bytes);
  process.store(at, 42);
  const VirtAddr wall = process.map(4096, page_bytes);
  EXPECT_NE(wall, VirtAddr());
  const VirtAddr moved = process.resize(at, 8192, 1U << 20U);
  EXPECT_EQ(process.load(moved), 42U);
  EXPECT_EQ(process.counts().faults, 1U);
  const VirtAddr to = process.map(1U << 20U, page_bytes);
  EXPECT_TRUE(process.move(moved, 1U << 20U, to, 1U << 20U));
  EXPECT_EQ(process.load(to), 42U);
}

TEST(EmulatedProcess, ReservedAddressesAreNotUsableYet) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr at = process.reserve(1U << 20U);
  EXPECT_TRUE(process.make_usable(at, 4096));
  process.store(at, 1);
  EXPECT_FALSE(process.is_dead());
  process.store(at + 4096, 1);
  EXPECT_TRUE(process.is_dead());
}

TEST(EmulatedProcess, WhoNeedsMoreThanThereIsDies) {
  EmulatedMachine machine(prices, 16U << 20U);
  const auto made = EmulatedProcess::start(machine);
  EmulatedProcess& process = *made;
  const VirtAddr at = process.map(64U << 20U, page_bytes);
  for (std::uint64_t i = 0; i < 64U << 20U && at != VirtAddr(); i += page_bytes) {
    if (!process.touch(at + i)) break;
  }
  EXPECT_TRUE(at == VirtAddr() || process.is_dead());
}

}  // namespace signalbox::emulated_process_test
