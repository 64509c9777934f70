#include "kernel/sched/place_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <vector>

namespace signalbox::place_tree_test {

// The least of some numbers.
struct Least {
  std::int64_t value = 0;
  void include(Least other) { value = std::min(value, other.value); }
  bool rests_on(Least other) const { return value == other.value; }
};

TEST(PlaceTree, LowerKeysComeFirstThenLowerOrders) {
  std::array<Entity, 3> entities;
  PlaceTree<> tree;
  EXPECT_EQ(tree.front(), nullptr);
  EXPECT_EQ(tree.take_front(), nullptr);
  tree.insert(entities[0], {.key = 5, .order = 2});
  tree.insert(entities[1], {.key = 5, .order = 1});
  tree.insert(entities[2], {.key = -1, .order = 9});
  EXPECT_EQ(tree.peek(1), &entities[1]);
  EXPECT_EQ(tree.peek(3), nullptr);
  EXPECT_EQ(tree.take_front(), &entities[2]);
  EXPECT_EQ(tree.take_front(), &entities[1]);
  EXPECT_EQ(tree.take_front(), &entities[0]);
  EXPECT_TRUE(tree.empty());
}

TEST(PlaceTreeDeathTest, RemovingWhatIsNotThereFails) {
  std::array<Entity, 2> entities;
  PlaceTree<> tree;
  EXPECT_DEATH(tree.remove(entities[0], {}), "only a queued entity");
  tree.insert(entities[0], {.key = 1, .order = 1});
  EXPECT_DEATH(tree.remove(entities[1], {.key = 1, .order = 1}), "only a queued entity");
}

// A tree of several levels beside a map: what one does to both they answer alike.
class Both {
 public:
  void insert(Entity& entity, std::int64_t key, std::int64_t value) {
    const QueuePlace place{.key = key, .order = ++last_order_};
    tree_.insert(entity, place, {value});
    model_.emplace(place, Item{.entity = &entity, .value = value});
  }
  void remove(std::size_t index) {
    const auto found = std::next(model_.begin(), static_cast<std::ptrdiff_t>(index));
    tree_.remove(*found->second.entity, found->first);
    model_.erase(found);
  }
  void take_front() {
    RC_ASSERT(tree_.take_front() == model_.begin()->second.entity);
    model_.erase(model_.begin());
  }
  void take_first(std::int64_t limit) {
    const auto found = std::ranges::find_if(model_, [limit](const auto& each) { return each.second.value <= limit; });
    Entity* const expected = found == model_.end() ? nullptr : found->second.entity;
    const auto accept = [limit](Least least) { return least.value <= limit; };
    RC_ASSERT(tree_.first(accept) == expected);
    RC_ASSERT(tree_.take_first(accept) == expected);
    if (found != model_.end()) model_.erase(found);
  }
  void check() const {
    RC_ASSERT(tree_.empty() == model_.empty());
    if (model_.empty()) return;
    RC_ASSERT(tree_.front() == model_.begin()->second.entity);
    const auto least = std::ranges::min_element(model_, {}, [](const auto& each) { return each.second.value; });
    RC_ASSERT(tree_.summary().value == least->second.value);
  }
  std::size_t size() const { return model_.size(); }

 private:
  struct Item {
    Entity* entity;
    std::int64_t value;
  };
  PlaceTree<Least> tree_;
  std::map<QueuePlace, Item> model_;
  std::uint64_t last_order_ = 0;
};

// Filled and emptied again and again, so that nodes split, empty and are used anew, and levels come and go.
RC_GTEST_PROP(PlaceTree, EqualsAnOrderedMap, ()) {
  const auto most = *rc::gen::element<std::size_t>(3, 40, 3000);
  const auto keys = *rc::gen::element(1, 50, 1'000'000);
  std::deque<Entity> entities(3 * most);
  Both both;
  auto next = entities.begin();
  for (int round = 0; round < 3; ++round) {
    const auto random = *rc::gen::container<std::vector<std::uint32_t>>(2 * most, rc::gen::arbitrary<std::uint32_t>());
    for (std::size_t step = 0; step < random.size(); ++step) {
      const std::uint32_t draw = random[step];
      const bool is_filling = step < most;
      if (both.size() == 0 || (is_filling ? draw % 4 != 0 : draw % 4 == 0)) {
        if (next == entities.end()) break;
        both.insert(*next++, static_cast<std::int64_t>(draw / 4) % keys, static_cast<std::int64_t>(draw) % 997);
      } else if (draw % 3 == 0) {
        both.remove(draw / 4 % both.size());
      } else if (draw % 3 == 1) {
        both.take_front();
      } else {
        both.take_first(draw % 500);
      }
      if (step % 64 == 0) both.check();
    }
    both.check();
  }
}

}  // namespace signalbox::place_tree_test
