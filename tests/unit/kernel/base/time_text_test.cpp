#include "kernel/base/time_text.hpp"

#include <gtest/gtest.h>

namespace signalbox::time_text_test {

TEST(ParseTime, WantsANumberAndAUnit) {
  EXPECT_EQ(parse_time("10ms"), 10_ms);
  EXPECT_EQ(parse_time("1.5us"), 1'500_ns);
  EXPECT_EQ(parse_time("0s"), Duration());
  EXPECT_EQ(parse_time("2e3ns"), 2_us);
  for (const std::string_view wrong : {"", "10", "ms", "-1ms", "10 ms", "10mss", "nans", "infs", "1e40s", "0x10ns"}) {
    EXPECT_EQ(parse_time(wrong), std::nullopt) << wrong;
  }
}

TEST(ParseTime, WholeNumbersAreExactToTheLastNanosecond) {
  EXPECT_EQ(parse_time("9223372036854775807ns"), Duration::max());
  EXPECT_EQ(parse_time("9007199254740993ns"), Duration(9'007'199'254'740'993));  // no double
  EXPECT_EQ(parse_time("9223372036854775808ns"), std::nullopt);
  EXPECT_EQ(parse_time("9223372036854775807s"), std::nullopt);
}

TEST(TimeText, IsTheShortestWithoutDecimals) {
  EXPECT_EQ(time_text(Duration()), "0ns");
  EXPECT_EQ(time_text(1500_us), "1500us");
  EXPECT_EQ(time_text(2_s), "2s");
  EXPECT_EQ(time_text(1001_ns), "1001ns");
}

}  // namespace signalbox::time_text_test
