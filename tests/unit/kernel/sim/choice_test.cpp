#include "kernel/sim/choice.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signalbox::choice_test {

TEST(Choice, NaturalOneIsAlwaysTheFirst) {
  Choice choice = Choice::natural();
  EXPECT_TRUE(choice.is_natural());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(choice.choose(ChoicePoint::event_order, 7), 0U);
}

TEST(Choice, ShuffledOneTakesEveryAlternativeAndFollowsItsSeed) {
  Choice choice = Choice::shuffled(Prng(3));
  Choice same = Choice::shuffled(Prng(3));
  EXPECT_FALSE(choice.is_natural());
  std::set<std::uint64_t> taken;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t one = choice.choose(ChoicePoint::event_order, 7);
    EXPECT_EQ(one, same.choose(ChoicePoint::event_order, 7));
    taken.insert(one);
  }
  EXPECT_EQ(taken, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

}  // namespace signalbox::choice_test
