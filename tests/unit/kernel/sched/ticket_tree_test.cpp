#include "kernel/sched/ticket_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace signalbox::ticket_tree_test {

TEST(TicketTree, EachHoldsItsRangeOfTickets) {
  std::array<Entity, 3> entities;
  TicketTree tree;
  tree.add(entities[0], 2);
  tree.add(entities[1], 1);
  tree.add(entities[2], 3);
  EXPECT_EQ(tree.total(), 6U);
  const std::array holders{0, 0, 1, 2, 2, 2};
  for (std::size_t ticket = 0; ticket < holders.size(); ++ticket) {
    EXPECT_EQ(&tree.holder(ticket), &entities[static_cast<std::size_t>(holders[ticket])]) << ticket;
  }
}

TEST(TicketTree, LastOneTakesThePlaceOfTheRemoved) {
  std::array<Entity, 3> entities;
  TicketTree tree;
  for (Entity& entity : entities) tree.add(entity, 1);
  tree.remove(entities[0]);
  EXPECT_EQ(&tree.holder(0), &entities[2]);
  EXPECT_EQ(&tree.holder(1), &entities[1]);
  tree.remove(entities[2]);
  tree.remove(entities[1]);
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(tree.total(), 0U);
}

TEST(TicketTree, TellsWhoHoldsWhatWhenEqualsAreJoinedByAnother) {
  std::array<Entity, 20> entities;  // more than a tree begins with
  TicketTree tree;
  for (Entity& entity : std::span(entities).first<19>()) tree.add(entity, 3);
  EXPECT_EQ(tree.total(), 57U);
  EXPECT_EQ(&tree.holder(56), &entities[18]);
  tree.prefetch(1'000);  // whoever that is
  tree.add(entities[19], 1);
  EXPECT_EQ(tree.total(), 58U);
  EXPECT_EQ(&tree.holder(56), &entities[18]);
  EXPECT_EQ(&tree.holder(57), &entities[19]);
  tree.remove(entities[0]);
  EXPECT_EQ(tree.total(), 55U);
  EXPECT_EQ(&tree.holder(0), &entities[19]);
  EXPECT_EQ(&tree.holder(1), &entities[1]);
}

TEST(TicketTreeDeathTest, MisuseFails) {
  Entity entity;
  TicketTree tree;
  EXPECT_DEATH(tree.add(entity, 0), "never runs");
  EXPECT_DEATH(tree.remove(entity), "can be removed");
  EXPECT_DEATH(tree.holder(0), "must have been sold");
}

// Whatever was added and removed, every entity holds exactly as many tickets as it was given.
RC_GTEST_PROP(TicketTree, HoldersMatchAPlainCount, (const std::vector<std::uint8_t>& actions)) {
  std::deque<Entity> entities(actions.size());
  std::vector<std::pair<Entity*, std::uint64_t>> held;
  TicketTree tree;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (actions[i] % 3 == 0 && !held.empty()) {
      const auto victim = held.begin() + actions[i] % static_cast<std::ptrdiff_t>(held.size());
      tree.remove(*victim->first);
      held.erase(victim);
    } else {
      const std::uint64_t tickets = actions[i] % 4 + 1;  // few kinds: often all have the same
      tree.add(entities[i], tickets);
      held.emplace_back(&entities[i], tickets);
    }
  }
  std::map<Entity*, std::uint64_t> counted;
  for (std::uint64_t ticket = 0; ticket < tree.total(); ++ticket) ++counted[&tree.holder(ticket)];
  RC_ASSERT(counted.size() == held.size());
  for (const auto& [entity, tickets] : held) RC_ASSERT(counted[entity] == tickets);
}

}  // namespace signalbox::ticket_tree_test
