#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::randfixedsum_test {

using ::testing::HasSubstr;

TEST(Randfixedsum, SharesSumUpAndKeepTheirBounds) {
  for (const std::string text :
       {"tasks=8,utilisation=300", "tasks=8,utilisation=300,min_share=20,max_share=60", "tasks=100,utilisation=9900",
        "tasks=3,utilisation=60,min_share=20,max_share=40", "tasks=1,utilisation=50"}) {
    const GeneratorChoice choice = parse_generator("randfixedsum:min_period=1s,max_period=10s," + text);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      double sum = 0;
      for (const Task& task : generate(choice, seed).tasks) {
        const double share = 100 * work_of(task).seconds() / task.sched.attributes->period.seconds();
        sum += share;
        EXPECT_GE(share, static_cast<double>(choice.options.get<std::int64_t>("min_share")) - 1e-3);
        EXPECT_LE(share, static_cast<double>(choice.options.get<std::int64_t>("max_share")) + 1e-3);
      }
      EXPECT_NEAR(sum, static_cast<double>(choice.options.get<std::int64_t>("utilisation")), 0.01) << text;
    }
  }
}

TEST(Randfixedsum, BoundsThatTheUtilisationBreaksAreRefused) {
  const auto wrong = [](const std::string& text) { return error_of([&] { generated("randfixedsum:" + text); }); };
  EXPECT_THAT(wrong("tasks=4,utilisation=80,min_share=30"),
              HasSubstr("a utilisation of 80 percent by 4 tasks of 30 to 100; expected one from 120 to 400"));
  EXPECT_THAT(wrong("tasks=4,utilisation=80,max_share=10"), HasSubstr("expected one from 0 to 40"));
  EXPECT_THAT(wrong("min_share=50,max_share=50"),
              HasSubstr("min_share is 50 and max_share 50; expected min_share below max_share"));
}

}  // namespace signalbox::randfixedsum_test
