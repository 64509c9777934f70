#include "kernel/sched/policies/policy_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/sched/policies/options.hpp"

namespace signalbox::policy_text_test {

using ::testing::HasSubstr;

const PolicyRow sample{
    .name = "sample",
    .summary = "every kind of option",
    .source = "this test",
    .options = {time_option("slice", 10_ms, 1_us, 10_s, "a time"),
                time_or_off_option("boost", 1_s, 1_ms, 10_s, "a time or off"),
                number_option("queues", 3, 1, 64, "a number"), flag_option("greedy", false, "a flag"),
                word_option("predict", {"oracle", "ewma"}, "a word"), file_option("file", nullptr, "a file")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = nullptr,
};
const PolicyRow plain{.name = "plain",
                      .summary = "no option",
                      .source = "this test",
                      .options = {},
                      .is_work_conserving = true,
                      .respects_weight = false,
                      .make = nullptr};
constexpr std::array rows{&plain, &sample};

PolicyChoice choice(std::string_view text) { return std::get<PolicyChoice>(PolicyTextReader(text, rows).read()); }
PolicyTextError error(std::string_view text) { return std::get<PolicyTextError>(PolicyTextReader(text, rows).read()); }

TEST(PolicyText, NameAloneHasDefaults) {
  const PolicyChoice read = choice("sample");
  EXPECT_EQ(read.row, &sample);
  EXPECT_EQ(read.options.get<Duration>("slice"), 10_ms);
  EXPECT_EQ(read.options.get<std::string>("predict"), "oracle");
  EXPECT_EQ(read.spelled(), "sample");
}

TEST(PolicyText, EveryTypeIsRead) {
  const PolicyChoice read = choice("sample:slice=1500us,boost=off,queues=64,greedy=true,predict=ewma");
  EXPECT_EQ(read.options.get<Duration>("slice"), 1500_us);
  EXPECT_EQ(read.options.get<Duration>("boost"), Duration());
  EXPECT_EQ(read.options.get<std::int64_t>("queues"), 64);
  EXPECT_TRUE(read.options.get<bool>("greedy"));
  EXPECT_EQ(read.options.get<std::string>("predict"), "ewma");
}

TEST(PolicyText, SpelledLeavesDefaultsOutAndReadsBack) {
  const PolicyChoice read = choice("sample:greedy=true,slice=10000us,boost=off,queues=4");
  EXPECT_EQ(read.spelled(), "sample:boost=off,queues=4,greedy=true");
  EXPECT_EQ(choice(read.spelled()).options.all(), read.options.all());
}

TEST(PolicyText, FileIsItsPath) {
  const PolicyChoice read = choice("sample:file=a/b c.txt");
  EXPECT_EQ(read.options.get<OptionFile>("file").path, "a/b c.txt");
  EXPECT_EQ(read.options.get<OptionFile>("file").text, "");
  EXPECT_EQ(read.spelled(), "sample:file=a/b c.txt");
  EXPECT_EQ(error("sample:file=").what, "no file is named");
}

TEST(PolicyText, UnknownPolicyNamesTheNearest) {
  const PolicyTextError wrong = error("sampel:slice=1ms");
  EXPECT_EQ(wrong.column, 0U);
  EXPECT_EQ(wrong.what, "unknown policy 'sampel'");
  EXPECT_EQ(wrong.expected, "one of plain, sample (did you mean sample?)");
}

TEST(PolicyText, FarNameHasNoSuggestion) { EXPECT_EQ(error("zzzzzz").expected, "one of plain, sample"); }

TEST(PolicyText, EmptyTextNamesNoPolicy) { EXPECT_EQ(error("").what, "no policy is named"); }

TEST(PolicyText, UnknownOptionPointsAtItself) {
  const PolicyTextError wrong = error("sample:queues=3,slise=1ms");
  EXPECT_EQ(wrong.column, 16U);
  EXPECT_EQ(wrong.what, "unknown option 'slise' of sample");
  EXPECT_THAT(wrong.expected, HasSubstr("did you mean slice?"));
}

TEST(PolicyText, OptionOfAPolicyWithoutOptionsOfItsOwn) {
  EXPECT_EQ(error("plain:a=1").expected, "one of queue_per, balance");
}

TEST(PolicyText, TimeWithoutUnit) {
  const PolicyTextError wrong = error("sample:slice=10");
  EXPECT_EQ(wrong.column, 13U);
  EXPECT_EQ(wrong.what, "'10' has no unit of time");
  EXPECT_EQ(wrong.expected, "a time from 1us to 10s, with the unit ns, us, ms or s");
}

TEST(PolicyText, TimeOutOfRangeNamesTheRange) {
  EXPECT_EQ(error("sample:slice=999ns").what, "999ns is out of range for slice");
  EXPECT_EQ(error("sample:slice=11s").expected, "a time from 1us to 10s");
  EXPECT_EQ(error("sample:boost=0ms").expected, "a time from 1ms to 10s or off");
  EXPECT_EQ(error("sample:slice=9223372036854775807s").what, "9223372036854775807s is out of range");
}

TEST(PolicyText, TimeThatIsNone) {
  EXPECT_EQ(error("sample:slice=fast").what, "'fast' is not a time");
  EXPECT_EQ(error("sample:slice=-1ms").what, "-1ms is out of range");
  EXPECT_EQ(error("sample:slice=10min").what, "'min' is not a unit of time");
  EXPECT_EQ(error("sample:slice=off").what, "'off' is not a time");
}

TEST(PolicyText, NumberOutOfRangeOrMalformed) {
  EXPECT_EQ(error("sample:queues=65").expected, "a whole number from 1 to 64");
  EXPECT_EQ(error("sample:queues=3x").what, "'3x' is not a whole number in range");
  EXPECT_EQ(error("sample:queues=99999999999999999999").expected, "a whole number from 1 to 64");
}

TEST(PolicyText, WrongFlagAndWord) {
  EXPECT_EQ(error("sample:greedy=yes").expected, "true or false");
  EXPECT_EQ(error("sample:predict=ewm").expected, "one of oracle, ewma (did you mean ewma?)");
}

TEST(PolicyText, MissingParts) {
  EXPECT_EQ(error("sample:").what, "an option of sample has no name");
  EXPECT_EQ(error("sample:slice").what, "option slice has no value");
  EXPECT_EQ(error("sample:slice").column, 12U);
  EXPECT_EQ(error("sample:queues=1,").column, 16U);
}

TEST(PolicyText, OptionGivenTwice) {
  const PolicyTextError wrong = error("sample:queues=1,queues=2");
  EXPECT_EQ(wrong.column, 16U);
  EXPECT_EQ(wrong.what, "option queues is given twice");
}

TEST(OptionText, OwnersOfAnotherKindAreReadTheSameWay) {
  const std::array owners{OptionOwner{"plain", plain.options}, OptionOwner{"sample", sample.options}};
  const auto read = OptionTextReader("sample:queues=5", "generator", owners).read();
  EXPECT_EQ(std::get<OwnerChoice>(read).owner, 1U);
  EXPECT_EQ(std::get<OwnerChoice>(read).options.get<std::int64_t>("queues"), 5);
  const auto wrong = OptionTextReader("simple", "generator", owners).read();
  EXPECT_EQ(std::get<PolicyTextError>(wrong).what, "unknown generator 'simple'");
  EXPECT_EQ(std::get<PolicyTextError>(OptionTextReader("", "generator", owners).read()).what, "no generator is named");
}

}  // namespace signalbox::policy_text_test
