#include "workloads/heap/caller_pages.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::caller_pages_test {

TEST(CallerPages, MapsPagesThatReadAsZerosAndUnmapsThem) {
  in_memory([](Caller& caller) {
    CallerPages pages(caller);
    const std::uint64_t before = caller.process().space->map().counters().total;
    const VirtAddr at = pages.map(3 * page_bytes);
    EXPECT_EQ(UserMemory(caller).load(word_of(at, 2)), 0U);
    EXPECT_EQ(caller.process().space->map().counters().total, before + 3);
    EXPECT_TRUE(pages.unmap(at, 3 * page_bytes));
    EXPECT_EQ(caller.process().space->map().counters().total, before);
    EXPECT_EQ(pages.map(std::uint64_t{1} << 60U), VirtAddr());
    EXPECT_FALSE(pages.unmap(at + 1, page_bytes));
  });
}

TEST(CallerPages, PurgedPagesLoseTheirContents) {
  in_memory([](Caller& caller) {
    CallerPages pages(caller);
    UserMemory memory(caller);
    const VirtAddr at = pages.map(page_bytes);
    memory.store(word_of(at, 0), 5);
    EXPECT_TRUE(pages.purge(at, page_bytes, alloc::Purge::lazy));
    EXPECT_TRUE(pages.purge(at, page_bytes, alloc::Purge::forced));
    EXPECT_EQ(memory.load(word_of(at, 0)), 0U);
  });
}

TEST(CallerPages, MovesPagesWithWhatTheyHold) {
  in_memory([](Caller& caller) {
    CallerPages pages(caller);
    UserMemory memory(caller);
    const VirtAddr old = pages.map(2 * page_bytes);
    memory.store(word_of(old, 1), 9);
    const VirtAddr wide = pages.map(5 * page_bytes);
    EXPECT_TRUE(pages.move(old, 2 * page_bytes, wide, 5 * page_bytes));
    EXPECT_EQ(memory.load(word_of(wide, 1)), 9U);
    EXPECT_EQ(memory.load(word_of(wide, 4)), 0U);
  });
}

TEST(CallerPages, BreakMovesOrStaysWhereItWas) {
  in_memory([](Caller& caller) {
    CallerPages pages(caller);
    const VirtAddr old = pages.move_break(VirtAddr());
    EXPECT_EQ(pages.move_break(old + 100), old + 100);
    EXPECT_EQ(pages.move_break(VirtAddr(std::uint64_t{1} << 60U)), old + 100);
  });
}

}  // namespace signalbox::caller_pages_test
