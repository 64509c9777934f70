#include "tools/experiment/variation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::variation_test {

using ::testing::StartsWith;
using Texts = std::vector<std::string>;

Texts values_of(const std::string& text) {
  const std::vector<Variation> variations = read_variations("--vary", {text});
  return variations.at(0).options.at(0).values;
}

Texts names_of(const Texts& texts) {
  Texts names;
  for (const Variation& variation : read_variations("--vary", texts)) {
    for (const VariedPolicy& policy : combinations(variation)) names.push_back(policy.name);
  }
  return names;
}

TEST(Variation, ReadsRangesListsAndSingleValues) {
  EXPECT_EQ(values_of("round_robin:quantum=1ms..50ms"), (Texts{"1ms", "2ms", "5ms", "10ms", "20ms", "50ms"}));
  EXPECT_EQ(values_of("round_robin:quantum=500us..2ms"), (Texts{"500us", "1ms", "2ms"}));
  EXPECT_EQ(values_of("round_robin:quantum=1ms..16ms/3"), (Texts{"1ms", "4ms", "16ms"}));
  EXPECT_EQ(values_of("round_robin:quantum=5ms|1ms|0.5ms"), (Texts{"5ms", "1ms", "500us"})) << "in the user's order";
  EXPECT_EQ(values_of("round_robin:quantum=1ms|1000us|1ms..2ms"), (Texts{"1ms", "2ms"})) << "each once";
  EXPECT_EQ(values_of("round_robin:quantum=7ms"), Texts{"7ms"});
}

TEST(Variation, ReadsEveryTypeOfOption) {
  EXPECT_EQ(values_of("mlfq:queues=2..8"), (Texts{"2", "3", "4", "5", "6", "7", "8"})) << "few whole numbers: all";
  EXPECT_EQ(values_of("mlfq:queues=2..20"), (Texts{"2", "5", "10", "20"}));
  EXPECT_EQ(values_of("mlfq:boost=off|1s"), (Texts{"off", "1s"}));
  EXPECT_EQ(values_of("srtf:predict=oracle|ewma"), (Texts{"oracle", "ewma"}));
  EXPECT_EQ(values_of("priority:preemptive=true|false"), (Texts{"true", "false"}));
}

TEST(Variation, SeveralMultiply) {
  const Texts expected{"mlfq:queues=2,quantum=1ms", "mlfq:queues=2,quantum=5ms", "mlfq:queues=3,quantum=1ms",
                       "mlfq:queues=3,quantum=5ms"};
  EXPECT_EQ(names_of({"mlfq:queues=2|3,quantum=1ms|5ms"}), expected);
  EXPECT_EQ(names_of({"mlfq:queues=2|3", "mlfq:quantum=1ms|5ms"}), expected);
  EXPECT_EQ(names_of({"mlfq:queues=2|3", "round_robin:quantum=1ms"}),
            (Texts{"mlfq:queues=2", "mlfq:queues=3", "round_robin:quantum=1ms"}))
      << "those of different policies do not";
}

TEST(Variation, NamesSayWhatIsAtItsDefaultToo) {
  const std::vector<Variation> variations = read_variations("--vary", {"round_robin:quantum=1us..10s"});
  for (const VariedPolicy& policy : combinations(variations.front())) {
    EXPECT_THAT(policy.name, StartsWith("round_robin:quantum="));
    EXPECT_TRUE(policy.policy.spelled() == policy.name || policy.policy.spelled() == "round_robin") << policy.name;
  }
}

TEST(Variation, ErrorsNameThePlace) {
  struct Bad {
    Texts texts;
    std::string error;
  };
  const Bad cases[] = {
      {{"nosuch:quantum=1ms"}, "--vary:1:1: error: unknown policy 'nosuch'"},
      {{""}, "--vary:1:1: error: no policy is named"},
      {{"round_robin"}, "--vary:1:12: error: no option to vary"},
      {{"round_robin:"}, "--vary:1:13: error: an option of round_robin has no name"},
      {{"round_robin:quantm=1ms"}, "--vary:1:13: error: unknown option 'quantm' of round_robin"},
      {{"round_robin:quantum"}, "--vary:1:20: error: option quantum has no value"},
      {{"round_robin:quantum="}, "--vary:1:21: error: '' is not a time"},
      {{"round_robin:quantum=1ms|x"}, "--vary:1:25: error: 'x' is not a time"},
      {{"round_robin:quantum=1..50ms"}, "--vary:1:21: error: '1' has no unit of time"},
      {{"round_robin:quantum=1ms..50"}, "--vary:1:26: error: '50' has no unit of time"},
      {{"round_robin:quantum=1ms..100s"}, "--vary:1:26: error: 100s is out of range for quantum"},
      {{"round_robin:quantum=50ms..1ms"}, "--vary:1:21: error: the range 50ms..1ms is empty"},
      {{"round_robin:quantum=1ms..5ms/1"}, "--vary:1:30: error: \"1\" is no number of values"},
      {{"round_robin:quantum=1ms..5ms/"}, "--vary:1:30: error: \"\" is no number of values"},
      {{"round_robin:quantum=1ms..5ms/5x"}, "--vary:1:30: error: \"5x\" is no number of values"},
      {{"srtf:predict=ewma..oracle"}, "--vary:1:14: error: predict is no number, and ewma..oracle no range"},
      {{"mlfq:queues=2..4,queues=5"}, "--vary:1:1: error: option queues of mlfq is varied twice"},
      {{"mlfq:queues=2..4", "mlfq:queues=5"}, "--vary:1:1: error: option queues of mlfq is varied twice"},
      {{"mlfq:quantum=1us..10s/900,boost=1ms..10s/900"}, "--vary:1:1: error: mlfq has more than 10000 combinations"},
  };
  for (const Bad& bad : cases) {
    EXPECT_THAT(error_of([&] { read_variations("--vary", bad.texts); }), StartsWith(bad.error + ""));
  }
}

}  // namespace signalbox::variation_test
