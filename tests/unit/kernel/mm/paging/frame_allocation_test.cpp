#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::frame_allocation_test {

MemoryConfig fixed(FrameAllocation allocation, std::string_view policy = "fifo") {
  MemoryConfig config{.overcommit = OvercommitMode::always};
  config.shortage.replacement.policy = find_reclaimer(policy);
  config.shortage.replacement.scope = ReplacementScope::local;
  config.shortage.replacement.allocation = allocation;
  config.shortage.replacement.tau = Duration(1'000'000);
  return config;
}

// The pages that a string of references loads, in a process that has so many frames, on a machine with many more.
unsigned loads(const std::vector<unsigned>& references, std::uint64_t frames, std::string_view policy) {
  PagedMachine machine(1024, 64, fixed(FrameAllocation::equal, policy));
  const auto space = machine.new_space();
  space->map().limits.resident = frames * page_bytes;
  const VirtAddr at = map_pages(*space, 10);
  std::vector<bool> seen(10);
  unsigned first_uses = 0;
  for (const unsigned page : references) {
    if (!seen.at(page)) ++first_uses;
    seen.at(page) = true;
    EXPECT_TRUE(machine.store(*space, at + page * page_bytes, page));
    EXPECT_LE(space->resident().resident(), frames);
  }
  return first_uses + machine.reads;
}

// Silberschatz, Galvin, Gagne: FIFO 15 with 3 frames; Belady's string has 9 with 3 and 10 with 4.
TEST(FrameAllocation, TextbookStringsFaultAsInTheTextbook) {
  const std::vector<unsigned> silberschatz{7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1};
  const std::vector<unsigned> belady{1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5};
  EXPECT_EQ(loads(silberschatz, 3, "fifo"), 15U);
  EXPECT_EQ(loads(belady, 3, "fifo"), 9U);
  EXPECT_EQ(loads(belady, 4, "fifo"), 10U);
  EXPECT_EQ(loads(belady, 5, "fifo"), 5U);
}

TEST(FrameAllocation, EqualSharesAreOfAllThatIsNotTheKernels) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::equal));
  const auto first = machine.new_space();
  const std::uint32_t alone = machine.memory.allowance(first->id()).value();
  EXPECT_LT(alone, 1024U);
  EXPECT_GT(alone, 900U);
  const auto second = machine.new_space();
  EXPECT_EQ(machine.memory.allowance(first->id()), (alone - 1) / 2) << "a root table more";
  EXPECT_EQ(machine.memory.allowance(second->id()), machine.memory.allowance(first->id()));
  EXPECT_EQ(machine.memory.allowance(AddressSpaceId(99)), std::nullopt);
}

TEST(FrameAllocation, ProportionalSharesGoByWhatIsMapped) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::proportional));
  const auto small = machine.new_space();
  const auto large = machine.new_space();
  map_pages(*small, 100);
  map_pages(*large, 300);
  const std::uint32_t of_small = machine.memory.allowance(small->id()).value();
  const std::uint32_t of_large = machine.memory.allowance(large->id()).value();
  EXPECT_NEAR(of_large, 3 * of_small, 3);
  EXPECT_GT(of_small + of_large, 900U);
}

// What shares go by is not counted anew for each fault.
TEST(FrameAllocation, WhatAllHaveMappedIsKnownAtAnyTime) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::proportional));
  const auto all = [&] { return machine.memory.commits().mapped_pages(); };
  auto parent = machine.new_space();
  const VirtAddr at = map_pages(*parent, 100);
  EXPECT_EQ(all(), 100U);
  EXPECT_TRUE(machine.store(*parent, at, 1));
  auto child = machine.fork(*parent);
  EXPECT_EQ(all(), 200U);
  EXPECT_TRUE(munmap(child->map(), at + 10 * page_bytes, 30 * page_bytes).has_value());
  EXPECT_EQ(all(), parent->map().counters().total + child->map().counters().total);
  EXPECT_EQ(all(), 170U);
  const std::uint32_t share = machine.memory.allowance(child->id()).value();
  parent.reset();
  EXPECT_EQ(all(), 70U);
  EXPECT_GT(machine.memory.allowance(child->id()), 2 * share) << "all frames are the child's now";
  child.reset();
  EXPECT_EQ(all(), 0U);
}

// Frames that are free are nobody's: the other process keeps all of its own.
TEST(FrameAllocation, WhoWantsMoreTakesFromHimself) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::equal, "second_chance"));
  const auto modest = machine.new_space();
  const auto greedy = machine.new_space();
  const VirtAddr own = map_pages(*modest, 300);
  const VirtAddr at = map_pages(*greedy, 900);
  for (std::uint64_t page = 0; page < 300; ++page) ASSERT_TRUE(machine.store(*modest, own + page * page_bytes, page));
  for (std::uint64_t page = 0; page < 900; ++page) ASSERT_TRUE(machine.store(*greedy, at + page * page_bytes, page));
  EXPECT_EQ(modest->resident().resident(), 300U);
  EXPECT_LE(greedy->resident().resident(), machine.memory.allowance(greedy->id()).value());
  EXPECT_GT(machine.memory.frames().free_frames(), 150U);
  for (std::uint64_t page = 0; page < 900; ++page) EXPECT_EQ(machine.load(*greedy, at + page * page_bytes), page);
  EXPECT_EQ(modest->resident().resident(), 300U);
}

TEST(FrameAllocation, PagesOfFilesCountForWhoMapsThem) {
  PagedMachine machine(1024, 256, fixed(FrameAllocation::equal));
  const auto space = machine.new_space();
  space->map().limits.resident = 20 * page_bytes;
  const MemoryObjectRef file(new TestFile(100));
  const VirtAddr at = map_file(*space, file, map_private);
  for (std::uint64_t page = 0; page < 100; ++page) {
    EXPECT_EQ(machine.load(*space, at + page * page_bytes), page);
    EXPECT_LE(space->resident().resident(), 20U);
  }
  for (std::uint64_t page = 0; page < 100; ++page) EXPECT_TRUE(machine.store(*space, at + page * page_bytes, page + 7));
  for (std::uint64_t page = 0; page < 100; ++page) EXPECT_EQ(machine.load(*space, at + page * page_bytes), page + 7);
}

TEST(FrameAllocation, PagesOfAParentThatEndedCountForTheChild) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::equal));
  auto parent = machine.new_space();
  const VirtAddr at = map_pages(*parent, 100);
  for (std::uint64_t page = 0; page < 100; ++page) ASSERT_TRUE(machine.store(*parent, at + page * page_bytes, page));
  const auto child = machine.fork(*parent);
  child->map().limits.resident = 120 * page_bytes;
  EXPECT_EQ(machine.memory.shortage().frames_of(child->id()), 0U);
  parent.reset();
  EXPECT_EQ(machine.memory.shortage().frames_of(child->id()), 100U);
  const VirtAddr own = map_pages(*child, 60);
  for (std::uint64_t page = 0; page < 60; ++page) ASSERT_TRUE(machine.store(*child, own + page * page_bytes, page));
  EXPECT_LE(child->resident().resident(), 120U);
  for (std::uint64_t page = 0; page < 100; ++page) EXPECT_EQ(machine.load(*child, at + page * page_bytes), page);
}

TEST(FrameAllocation, PagesThatTheParentCopiedAreTheChilds) {
  PagedMachine machine(1024, 2048, fixed(FrameAllocation::equal, "clock"));
  const auto parent = machine.new_space();
  const VirtAddr at = map_pages(*parent, 100);
  for (std::uint64_t page = 0; page < 100; ++page) ASSERT_TRUE(machine.store(*parent, at + page * page_bytes, page));
  const auto child = machine.fork(*parent);
  for (std::uint64_t page = 0; page < 70; ++page) ASSERT_TRUE(machine.store(*parent, at + page * page_bytes, page + 1));
  EXPECT_EQ(machine.memory.shortage().frames_of(child->id()), 70U);
  EXPECT_EQ(machine.memory.shortage().frames_of(parent->id()), 100U);
}

TEST(FrameAllocation, EveryPolicyGivesAllBack) {
  for (const ReclaimerRow* const row : all_reclaimers()) {
    if (row->input == ReclaimerInput::future || row->name == "linux") continue;
    PagedMachine machine(1024, 512, fixed(FrameAllocation::proportional, row->name));
    auto parent = machine.new_space();
    parent->map().limits.resident = 16 * page_bytes;
    const VirtAddr at = map_pages(*parent, 100);
    for (std::uint64_t page = 0; page < 100; ++page) ASSERT_TRUE(machine.store(*parent, at + page * page_bytes, page));
    auto child = machine.fork(*parent);
    for (std::uint64_t page = 0; page < 100; ++page) {
      ASSERT_TRUE(machine.store(*child, at + page * page_bytes, page + 1)) << row->name;
      EXPECT_EQ(machine.load(*parent, at + page * page_bytes), page) << row->name;
    }
    parent.reset();
    child.reset();
    machine.finish_all();
    EXPECT_EQ(machine.used_frames(), 1U) << row->name;
    EXPECT_EQ(machine.memory.swap().free_slots(), machine.memory.swap().slots()) << row->name;
  }
}

// A page that nobody maps is in nobody's resident set, though its file keeps it; whoever maps it next has it.
TEST(FrameAllocation, PagesOfFilesThatNobodyMapsCountForNobody) {
  PagedMachine machine(1024, 256, fixed(FrameAllocation::equal));
  const auto first = machine.new_space();
  const auto second = machine.new_space();
  first->map().limits.resident = 20 * page_bytes;
  const MemoryObjectRef file(new TestFile(20));
  const VirtAddr at = map_file(*first, file, map_shared);
  for (std::uint64_t page = 0; page < 20; ++page) EXPECT_EQ(machine.load(*first, at + page * page_bytes), page);
  EXPECT_EQ(machine.memory.shortage().frames_of(first->id()), 20U);
  ASSERT_TRUE(munmap(first->map(), at, 20 * page_bytes).has_value());
  EXPECT_EQ(machine.memory.shortage().frames_of(first->id()), 0U);
  const VirtAddr own = map_pages(*first, 20);
  for (std::uint64_t page = 0; page < 20; ++page) ASSERT_TRUE(machine.store(*first, own + page * page_bytes, page));
  EXPECT_EQ(first->resident().resident(), 20U) << "none of its own had to go for another";
  const VirtAddr there = map_file(*second, file, map_shared);
  for (std::uint64_t page = 0; page < 20; ++page) EXPECT_EQ(machine.load(*second, there + page * page_bytes), page);
  EXPECT_EQ(machine.memory.shortage().frames_of(second->id()), 20U);
  EXPECT_EQ(machine.reads, 20U) << "they were all still there";
}

TEST(FrameAllocation, PagesThatNobodyMapsAreTheFirstToGo) {
  PagedMachine machine(256, 1024, fixed(FrameAllocation::equal));
  auto reader = machine.new_space();
  const MemoryObjectRef file(new TestFile(50));
  const VirtAddr at = map_file(*reader, file, map_shared);
  for (std::uint64_t page = 0; page < 50; ++page) EXPECT_EQ(machine.load(*reader, at + page * page_bytes), page);
  reader.reset();
  const std::uint32_t kept = machine.used_frames();
  EXPECT_GE(kept, 50U);
  const auto writer = machine.new_space();
  const std::uint32_t allowed = machine.memory.allowance(writer->id()).value();
  const VirtAddr own = map_pages(*writer, allowed);
  std::uint64_t page = 0;
  for (; page + 8 < allowed; ++page) ASSERT_TRUE(machine.store(*writer, own + page * page_bytes, page));
  EXPECT_EQ(writer->resident().resident(), page);
  EXPECT_EQ(machine.memory.events().swapped_out, 0U);
  EXPECT_LT(machine.memory.records().counts().cached, 50U);
}

}  // namespace signalbox::frame_allocation_test
