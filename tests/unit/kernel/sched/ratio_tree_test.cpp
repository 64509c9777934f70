#include "kernel/sched/ratio_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace signalbox::ratio_tree_test {

struct Item {
  std::uint32_t queue_position = 0;
  RisingRatio ratio;
};
using Tree = RatioTree<Item>;

TEST(RatioTree, FrontChangesByItselfAsTimePasses) {
  Tree tree;
  Item slow{.ratio = {.origin = Instant(0), .divisor = Duration(10), .order = 1}};
  Item fast{.ratio = {.origin = Instant(90), .divisor = Duration(1), .order = 2}};
  tree.add(slow, slow.ratio, Instant(90));
  tree.add(fast, fast.ratio, Instant(90));
  EXPECT_EQ(&tree.front(Instant(90)), &slow);
  EXPECT_EQ(&tree.front(Instant(100)), &slow) << "10 each, and the first comes first";
  EXPECT_EQ(&tree.front(Instant(101)), &fast);
  tree.remove(fast, Instant(101));
  EXPECT_EQ(&tree.front(Instant(101)), &slow);
  EXPECT_EQ(tree.size(), 1U);
}

// Against a search of all.
RC_GTEST_PROP(RatioTree, FrontIsTheFirstOfAll, ()) {
  Tree tree;
  std::deque<Item> items;
  std::vector<Item*> inside;
  Instant now;
  std::uint64_t order = 0;
  const auto some_ratio = [&] {
    const Instant origin(*rc::gen::inRange<std::int64_t>(0, now.nanoseconds() + 1));
    return RisingRatio{.origin = origin, .divisor = Duration(*rc::gen::inRange(0, 40)), .order = ++order};
  };
  const int steps = *rc::gen::inRange(0, 300);
  for (int step = 0; step < steps; ++step) {
    now += Duration(*rc::gen::inRange(0, 30));
    const int action = *rc::gen::inRange(0, 5);
    if (inside.empty() || action < 3) {
      Item& item = items.emplace_back();
      item.ratio = some_ratio();
      tree.add(item, item.ratio, now);
      inside.push_back(&item);
    } else {
      const auto index = *rc::gen::inRange<std::size_t>(0, inside.size());
      if (action == 3) {
        inside[index]->ratio = some_ratio();
        tree.change(*inside[index], inside[index]->ratio, now);
      } else {
        tree.remove(*inside[index], now);
        inside.erase(inside.begin() + static_cast<std::ptrdiff_t>(index));
      }
    }
    RC_ASSERT(tree.size() == inside.size());
    if (inside.empty()) continue;
    Item& first = **std::ranges::min_element(
        inside, [now](const Item* a, const Item* b) { return comes_before(a->ratio, b->ratio, now); });
    RC_ASSERT(&tree.front(now) == &first);
    RC_ASSERT(tree.ratio(first) == first.ratio);
  }
}

}  // namespace signalbox::ratio_tree_test
