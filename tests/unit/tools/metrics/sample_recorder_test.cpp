#include "tools/metrics/sample_recorder.hpp"

#include <gtest/gtest.h>

namespace signalbox::sample_recorder_test {

TEST(SampleRecorder, NothingRecordedCountsZero) { EXPECT_EQ(SampleRecorder().distribution().count, 0u); }

TEST(SampleRecorder, FewSamplesAreExact) {
  SampleRecorder recorder;
  for (const std::int64_t value : {1'000'001, 10, 30, 20}) recorder.add(Duration(value));
  const Distribution got = recorder.distribution();
  EXPECT_EQ(got.count, 4u);
  EXPECT_EQ(got.mean, 250'015);  // 1,000,061 / 4 = 250,015.25
  EXPECT_EQ(got.p50, 20);
  EXPECT_EQ(got.p95, 1'000'001);
  EXPECT_EQ(got.p99, 1'000'001);
  EXPECT_EQ(got.max, 1'000'001);
  EXPECT_TRUE(got.exact);
}

TEST(SampleRecorder, ManySamplesKeepMeanAndMaximumExact) {
  SampleRecorder recorder;
  constexpr std::int64_t count = 100'000;
  for (std::int64_t value = 1; value <= count; ++value) recorder.add(Duration(value * 7));
  const Distribution got = recorder.distribution();
  EXPECT_FALSE(got.exact);
  EXPECT_EQ(got.count, 100'000u);
  EXPECT_EQ(got.mean, 350'004);  // 7 * 100,001 / 2 = 350,003.5
  EXPECT_EQ(got.max, 700'000);
  EXPECT_NEAR(static_cast<double>(got.p50), 350'000, 3'500);
  EXPECT_NEAR(static_cast<double>(got.p95), 665'000, 6'650);
  EXPECT_NEAR(static_cast<double>(got.p99), 693'000, 6'930);
}

TEST(SampleRecorder, TheSampleAfterTheExactOnesLosesNone) {
  SampleRecorder recorder;
  for (std::size_t index = 0; index < SampleRecorder::exact_limit; ++index) recorder.add(Duration(5));
  EXPECT_TRUE(recorder.distribution().exact);
  recorder.add(Duration(5));
  EXPECT_FALSE(recorder.distribution().exact);
  EXPECT_EQ(recorder.distribution().count, SampleRecorder::exact_limit + 1);
  EXPECT_EQ(recorder.distribution().p50, 5);
}

TEST(SampleRecorder, NoPercentileExceedsTheMaximum) {
  SampleRecorder recorder;
  for (int index = 0; index < 10'000; ++index) recorder.add(Duration(1'048'576));
  EXPECT_EQ(recorder.distribution().p99, 1'048'576);
}

}  // namespace signalbox::sample_recorder_test
