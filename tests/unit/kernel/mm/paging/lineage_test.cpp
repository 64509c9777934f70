#include "kernel/mm/paging/lineage.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

namespace signalbox::lineage_test {

// Spaces are names here: nobody looks into them.
UserSpace& space(std::uintptr_t number) { return *std::bit_cast<UserSpace*>(number * 64); }

std::vector<std::uintptr_t> below(Lineage& from) {
  std::vector<std::uintptr_t> seen;
  from.visit([&](UserSpace& each) {
    seen.push_back(std::bit_cast<std::uintptr_t>(&each) / 64);
    return false;
  });
  return seen;
}

TEST(Lineage, ParentsComeBeforeChildrenAndOlderOnesFirst) {
  const LineageRef first(new Lineage(space(1), nullptr));
  const LineageRef second(new Lineage(space(2), first));
  const LineageRef third(new Lineage(space(3), first));
  const LineageRef grandchild(new Lineage(space(4), second));
  EXPECT_EQ(below(*first), (std::vector<std::uintptr_t>{1, 2, 4, 3}));
  EXPECT_EQ(below(*second), (std::vector<std::uintptr_t>{2, 4}));
  EXPECT_EQ(&grandchild->root(), first.get());
}

TEST(Lineage, VisitEndsWhenTold) {
  const LineageRef first(new Lineage(space(1), nullptr));
  const LineageRef second(new Lineage(space(2), first));
  unsigned seen = 0;
  first->visit([&](UserSpace&) { return ++seen == 1; });
  EXPECT_EQ(seen, 1U);
}

TEST(Lineage, PlaceOfOneThatEndedStaysForItsDescendants) {
  LineageRef first(new Lineage(space(1), nullptr));
  LineageRef second(new Lineage(space(2), first));
  const LineageRef third(new Lineage(space(3), second));
  second->end();
  second.reset();
  EXPECT_EQ(below(*first), (std::vector<std::uintptr_t>{1, 3}));
  first->end();
  Lineage& oldest = *first;
  first.reset();
  EXPECT_EQ(&third->root(), &oldest);
  EXPECT_EQ(below(third->root()), (std::vector<std::uintptr_t>{3}));
}

// Each ends after its child was born.
TEST(Lineage, LongLineOfEndedSpacesGoesWithoutTheHostsStack) {
  LineageRef last(new Lineage(space(1), nullptr));
  for (unsigned i = 0; i < 300'000; ++i) {
    LineageRef child(new Lineage(space(2), last));
    last->end();
    last = std::move(child);
  }
  EXPECT_EQ(below(last->root()), (std::vector<std::uintptr_t>{2}));
  last.reset();
}

}  // namespace signalbox::lineage_test
