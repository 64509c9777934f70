#include "kernel/mm/shortage/page_writes.hpp"

#include <gtest/gtest.h>

namespace signalbox::page_writes_test {

constexpr FrameNumber a{1};
constexpr FrameNumber b{2};

TEST(PageWrites, PageKeepsTheAgeOfItsFirstChange) {
  PageWrites writes(4);
  writes.dirtied(a, Instant(10));
  writes.dirtied(b, Instant(20));
  writes.dirtied(a, Instant(30));
  EXPECT_EQ(writes.dirty(), 2U);
  EXPECT_EQ(writes.oldest_dirty(), a);
  EXPECT_EQ(writes.younger_dirty(a), b);
  EXPECT_EQ(writes.dirtied_at(a), Instant(10));
}

TEST(PageWrites, PageMayBeChangedWhileItIsWritten) {
  PageWrites writes(4);
  writes.dirtied(a, Instant(10));
  writes.started(a);
  EXPECT_EQ(writes.dirty(), 0U);
  EXPECT_EQ(writes.writing(), 1U);
  writes.dirtied(a, Instant(20));
  writes.finished(a);
  EXPECT_EQ(writes.writing(), 0U);
  EXPECT_TRUE(writes.is_dirty(a));
  EXPECT_EQ(writes.dirtied_at(a), Instant(20));
}

TEST(PageWrites, WritesAreInTheOrderOfTheirBeginning) {
  PageWrites writes(4);
  writes.started(b);
  writes.started(a);
  EXPECT_EQ(writes.oldest_writing(), b);
  writes.finished(b);
  EXPECT_EQ(writes.oldest_writing(), a);
}

TEST(PageWrites, CleanedPageIsForgotten) {
  PageWrites writes(4);
  writes.dirtied(a, Instant(10));
  writes.cleaned(a);
  writes.cleaned(a);
  EXPECT_EQ(writes.oldest_dirty(), std::nullopt);
}

}  // namespace signalbox::page_writes_test
