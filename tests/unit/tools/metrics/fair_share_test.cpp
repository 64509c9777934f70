#include "tools/metrics/fair_share.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::fair_share_test {

TEST(FairShare, EqualThreadsShareOneCpu) {
  FairShare fair;
  fair.start(1);
  const auto group = fair.group_of(1'024);
  double first = 0;
  double second = 0;
  fair.join(group, Instant(0), first);
  fair.join(group, Instant(100), second);
  fair.leave(group, Instant(300), first);
  fair.leave(group, Instant(350), second);
  EXPECT_DOUBLE_EQ(first, 100 + 200 / 2);
  EXPECT_DOUBLE_EQ(second, 200 / 2 + 50);
}

TEST(FairShare, WeightsDivideOneCpu) {
  FairShare fair;
  fair.start(1);
  double heavy = 0;
  double light = 0;
  fair.join(fair.group_of(3'072), Instant(0), heavy);
  fair.join(fair.group_of(1'024), Instant(0), light);
  fair.leave(fair.group_of(3'072), Instant(400), heavy);
  fair.leave(fair.group_of(1'024), Instant(400), light);
  EXPECT_DOUBLE_EQ(heavy, 300);
  EXPECT_DOUBLE_EQ(light, 100);
}

TEST(FairShare, NobodyIsOwedMoreThanOneCpu) {
  FairShare fair;
  fair.start(2);
  const auto heavy_group = fair.group_of(88'761);
  const auto light_group = fair.group_of(15);
  double heavy = 0;
  std::array<double, 2> light{};
  fair.join(heavy_group, Instant(0), heavy);
  for (double& entitled : light) fair.join(light_group, Instant(0), entitled);
  fair.leave(heavy_group, Instant(1'000), heavy);
  for (double& entitled : light) fair.leave(light_group, Instant(1'000), entitled);
  EXPECT_DOUBLE_EQ(heavy, 1'000);
  EXPECT_DOUBLE_EQ(light[0], 500);
  EXPECT_DOUBLE_EQ(light[1], 500);
}

TEST(FairShare, FewerCpusOweLess) {
  FairShare fair;
  fair.start(2);
  std::array<double, 2> entitled{};
  const auto group = fair.group_of(1'024);
  for (double& each : entitled) fair.join(group, Instant(0), each);
  fair.set_cpus(1, Instant(100));
  fair.set_cpus(2, Instant(200));
  for (double& each : entitled) fair.leave(group, Instant(300), each);
  EXPECT_DOUBLE_EQ(entitled[0], 250);
}

TEST(FairShare, IdleCpusGiveEveryThreadAWholeOne) {
  FairShare fair;
  fair.start(4);
  double entitled = 0;
  fair.join(fair.group_of(15), Instant(10), entitled);
  fair.leave(fair.group_of(15), Instant(60), entitled);
  EXPECT_DOUBLE_EQ(entitled, 50);
}

TEST(JainIndex, EqualSharesAreOneAndASingleWinnerIsOneOverN) {
  EXPECT_DOUBLE_EQ(jain_index(std::array{3.0, 3.0, 3.0}), 1.0);
  EXPECT_DOUBLE_EQ(jain_index(std::array{5.0, 0.0, 0.0, 0.0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index(std::array{1.0, 2.0, 3.0}), 36.0 / (3 * 14));
  EXPECT_DOUBLE_EQ(jain_index({}), 1.0);
}

}  // namespace signalbox::fair_share_test
