#include "kernel/sched/ratio_piles.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace signalbox::ratio_piles_test {

struct Item {
  std::uint32_t queue_position = 0;
  RisingRatio ratio;
};
using Piles = RatioPiles<Item>;

Item& added(Piles& piles, std::deque<Item>& items, const RisingRatio& ratio, Instant now) {
  Item& item = items.emplace_back();
  item.ratio = ratio;
  piles.add(item, ratio, now);
  return item;
}

TEST(RatioPiles, LaterItemWithShorterDivisorOvertakes) {
  Piles piles;
  std::deque<Item> items;
  EXPECT_TRUE(piles.empty());
  const Item& slow = added(piles, items, {.origin = Instant(0), .divisor = Duration(10), .order = 1}, Instant(90));
  Item& fast = added(piles, items, {.origin = Instant(90), .divisor = Duration(1), .order = 2}, Instant(90));
  EXPECT_EQ(&piles.front(Instant(100)), &slow) << "10 each, and the first comes first";
  EXPECT_EQ(&piles.front(Instant(101)), &fast);
  piles.remove(fast, Instant(101));
  EXPECT_EQ(&piles.front(Instant(101)), &slow);
}

// Whoever lies on a pile may leave it: from its top, its middle and its end.
TEST(RatioPiles, EqualDivisorsComeInTheOrderOfTheirOriginsWhoeverLeaves) {
  Piles piles;
  std::deque<Item> items;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const Instant origin(static_cast<std::int64_t>(i));
    added(piles, items, {.origin = origin, .divisor = Duration(7), .order = i}, Instant(10));
  }
  piles.remove(items[2], Instant(10));
  piles.remove(items[0], Instant(10));
  piles.remove(items[4], Instant(10));
  EXPECT_EQ(&piles.front(Instant(10)), &items[1]);
  piles.remove(items[1], Instant(11));
  EXPECT_EQ(&piles.front(Instant(11)), &items[3]);
  piles.remove(items[3], Instant(11));
  EXPECT_TRUE(piles.empty());
}

TEST(RatioPiles, WhoHasWaitedLongerThanItsPileStillComesFirst) {
  Piles piles;
  std::deque<Item> items;
  added(piles, items, {.origin = Instant(50), .divisor = Duration(7), .order = 1}, Instant(60));
  const Item& older = added(piles, items, {.origin = Instant(20), .divisor = Duration(8), .order = 2}, Instant(60));
  EXPECT_EQ(&piles.front(Instant(60)), &older);
}

// Against a search of all. Most come at their origin, as threads that wake do; some have waited elsewhere before.
RC_GTEST_PROP(RatioPiles, FrontIsTheFirstOfAll, ()) {
  Piles piles;
  std::deque<Item> items;
  std::vector<Item*> inside;
  Instant now;
  std::uint64_t order = 0;
  const int steps = *rc::gen::inRange(0, 400);
  for (int step = 0; step < steps; ++step) {
    now += Duration(*rc::gen::inRange(0, 30));
    const int action = *rc::gen::inRange(0, 8);
    if (inside.empty() || action < 5) {
      const Instant origin(action > 0 ? now.nanoseconds() : *rc::gen::inRange<std::int64_t>(0, now.nanoseconds() + 1));
      const RisingRatio ratio{.origin = origin, .divisor = Duration(*rc::gen::inRange(0, 40)), .order = ++order};
      inside.push_back(&added(piles, items, ratio, now));
    } else {
      const bool is_front = action < 7;
      const auto index = *rc::gen::inRange<std::size_t>(0, inside.size());
      Item& leaving = is_front ? piles.front(now) : *inside[index];
      piles.remove(leaving, now);
      std::erase(inside, &leaving);
    }
    RC_ASSERT(piles.empty() == inside.empty());
    if (inside.empty()) continue;
    Item& first = **std::ranges::min_element(
        inside, [now](const Item* a, const Item* b) { return comes_before(a->ratio, b->ratio, now); });
    RC_ASSERT(&piles.front(now) == &first);
    RC_ASSERT(piles.ratio(first) == first.ratio);
  }
}

}  // namespace signalbox::ratio_piles_test
