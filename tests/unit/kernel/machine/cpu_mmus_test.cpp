#include "kernel/machine/cpu_mmus.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/mm/page_table.hpp"

namespace signalbox::cpu_mmus_test {

using Cpus = std::vector<CpuId>;

constexpr CpuId first{0};
constexpr CpuId second{1};
constexpr CpuId third{2};
constexpr VirtAddr page{0x10000};
constexpr PageRange only_page{page, page + page_bytes};

// Three CPUs, and two spaces with one page each at the same address.
class Spaces : public testing::Test {
 protected:
  static constexpr std::size_t frames = 64;

  SpaceRoot root(std::uint32_t space) const {
    return {.id = AddressSpaceId(space),
            .generation = generation[space],
            .format = &x86_64_format(),
            .root = tables[space].root()};
  }
  // Another page at the address; the MMUs are not told.
  void exchange_page(std::uint32_t space) {
    ++generation[space];
    tables[space].visit(page, page, [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); });
    map(space);
  }
  void map(std::uint32_t space) {
    const FrameNumber frame = *memory.allocate({});
    memory.bytes(frame)[0] = std::byte{static_cast<std::uint8_t>(frame.value())};
    newest[space] = static_cast<std::uint8_t>(frame.value());
    const std::uint64_t bits = page_bit::present | page_bit::writable | page_bit::user;
    ASSERT_TRUE(tables[space].map(page, PageEntry(address_of(frame).value() | bits)).has_value());
  }
  std::uint8_t read(CpuId cpu) { return mmus.of(cpu).load<std::uint8_t>(page).value_or(0); }

  void SetUp() override {
    map(0);
    map(1);
  }

  std::vector<std::byte> arena = std::vector<std::byte>(frames * page_bytes);
  PhysicalMemory memory{arena, single_zone()};
  std::vector<std::uint8_t> newest = std::vector<std::uint8_t>(2);
  std::vector<std::uint64_t> generation = {1, 1};
  std::vector<PageTable> tables = [this] {
    std::vector<PageTable> made;
    made.reserve(2);
    for (int i = 0; i < 2; ++i) made.push_back(PageTable::create(memory, x86_64_format()).value());
    return made;
  }();
  CpuMmus mmus{memory, {}, AsidSlots::Tags::pcid, 3};
};

TEST_F(Spaces, ThreadSwitchWithinASpaceDoesNothing) {
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::flush);
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::none);
  EXPECT_EQ(mmus.switches(), (SpaceSwitchCounters{.root_loads = 1, .root_flushes = 1}));
}

TEST_F(Spaces, ProcessSwitchReadsTheOtherSpaceAndKeepsWhatTheTlbKnows) {
  mmus.switch_to(first, root(0));
  EXPECT_EQ(read(first), newest[0]);
  mmus.switch_to(first, root(1));
  EXPECT_EQ(read(first), newest[1]);
  const std::uint64_t walks = mmus.counters().walk_accesses;
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::keep);
  EXPECT_EQ(read(first), newest[0]);
  EXPECT_EQ(mmus.counters().walk_accesses, walks);
  EXPECT_EQ(mmus.switches(), (SpaceSwitchCounters{.root_loads = 3, .root_flushes = 2}));
}

TEST_F(Spaces, AKernelThreadLeavesTheSpaceLoaded) {
  mmus.enter_lazy(first);  // nothing is loaded: there is nothing to leave
  EXPECT_EQ(mmus.switches(), SpaceSwitchCounters());
  mmus.switch_to(first, root(0));
  mmus.enter_lazy(first);
  mmus.enter_lazy(first);
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::none);
  EXPECT_EQ(mmus.switches(), (SpaceSwitchCounters{.root_loads = 1, .root_flushes = 1, .lazy_entries = 1}));
}

TEST_F(Spaces, AChangeReachesThoseThatRunTheSpace) {
  for (const CpuId cpu : {first, second}) mmus.switch_to(cpu, root(0));
  mmus.switch_to(third, root(1));
  for (const CpuId cpu : {first, second}) EXPECT_EQ(read(cpu), newest[0]);
  exchange_page(0);
  EXPECT_EQ(mmus.forget(root(0), only_page, first), Cpus{second});
  for (const CpuId cpu : {first, second}) EXPECT_EQ(read(cpu), newest[0]);
  EXPECT_EQ(mmus.switches().changes, 1U);
  EXPECT_EQ(mmus.switches().shootdowns, 1U);
}

TEST_F(Spaces, WhoIsLazyOrAwayIsNotInterruptedAndCatchesUp) {
  for (const CpuId cpu : {first, second}) {
    mmus.switch_to(cpu, root(0));
    EXPECT_EQ(read(cpu), newest[0]);
  }
  mmus.enter_lazy(first);
  mmus.switch_to(second, root(1));
  exchange_page(0);
  EXPECT_EQ(mmus.forget(root(0), only_page, third), Cpus{});
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::flush);
  EXPECT_EQ(mmus.switch_to(second, root(0)), RootLoad::flush);
  for (const CpuId cpu : {first, second}) EXPECT_EQ(read(cpu), newest[0]);
  EXPECT_EQ(mmus.switches().root_loads, 4U);  // who was lazy only flushed
  EXPECT_EQ(mmus.switches().root_flushes, 5U);
}

TEST_F(Spaces, WhatWasToldIsNotFlushedAgain) {
  mmus.switch_to(first, root(0));
  exchange_page(0);
  mmus.forget(root(0), only_page, first);
  mmus.switch_to(first, root(1));
  EXPECT_EQ(mmus.switch_to(first, root(0)), RootLoad::keep);
  EXPECT_EQ(read(first), newest[0]);
}

TEST_F(Spaces, ASpaceThatEndsIsLeft) {
  mmus.switch_to(first, root(0));
  mmus.leave(root(0).id);
  EXPECT_EQ(mmus.switches().lazy_entries, 1U);
  EXPECT_EQ(mmus.forget(root(0), only_page, second), Cpus{});
}

TEST_F(Spaces, WalksAreAskedForOnce) {
  EXPECT_EQ(mmus.take_walk_accesses(first), 0U);
  mmus.switch_to(first, root(0));
  EXPECT_EQ(read(first), newest[0]);
  EXPECT_EQ(mmus.take_walk_accesses(first), 4U);
  EXPECT_EQ(mmus.take_walk_accesses(first), 0U);
}

TEST_F(Spaces, CountersAreOfAllCpus) {
  for (const CpuId cpu : {first, second}) {
    mmus.switch_to(cpu, root(0));
    EXPECT_EQ(read(cpu), newest[0]);
  }
  EXPECT_EQ(mmus.counters().accesses, 2U);
  EXPECT_EQ(mmus.counters().walk_accesses, 8U);
}

TEST_F(Spaces, AUseIsForgottenWhereverTheSpaceIsKnownAndNobodyIsInterrupted) {
  mmus.switch_to(first, root(0));
  read(first);
  mmus.switch_to(second, root(0));
  read(second);
  mmus.switch_to(second, root(1));
  const auto clear = [&] {
    tables[0].visit(page, page,
                    [](VirtAddr, PageEntry& entry, PageSize) { entry = entry.without(page_bit::accessed); });
    mmus.forget_use(AddressSpaceId(0), page);
  };
  const auto is_used = [&] { return tables[0].look_up(page).last().entry.has(page_bit::accessed); };
  clear();
  read(first);
  EXPECT_TRUE(is_used());
  clear();
  mmus.switch_to(second, root(0));
  read(second);
  EXPECT_TRUE(is_used()) << "it was away";
  EXPECT_EQ(mmus.switches().changes, 0U);
  EXPECT_EQ(mmus.switches().shootdowns, 0U);
  EXPECT_EQ(mmus.counters().page_flushes, 0U);
}

}  // namespace signalbox::cpu_mmus_test
