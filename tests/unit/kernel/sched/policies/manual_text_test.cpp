#include "kernel/sched/policies/manual_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::manual_text_test {

std::vector<ManualDecision> decisions(std::string_view text) {
  return std::get<std::vector<ManualDecision>>(parse_manual(text));
}

// `line:column: what; expected what`
std::string error(std::string_view text) {
  const auto wrong = check_manual(text);
  if (!wrong) return "none";
  return std::to_string(wrong->line) + ":" + std::to_string(wrong->column) + ": " + wrong->what + "; expected " +
         wrong->expected;
}

TEST(ManualText, EveryClause) {
  const auto read = decisions(
      "# who runs when\n"
      "3\n"
      "\n"
      "  4 for 2ms at 10ms\tcpu 1 # then\r\n"
      "5 at 10ms");
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].thread, Tid(3));
  EXPECT_EQ(read[0].cpu, CpuId(0));
  EXPECT_EQ(read[0].at, std::nullopt);
  EXPECT_EQ(read[0].length, Duration());
  EXPECT_EQ(read[1].thread, Tid(4));
  EXPECT_EQ(read[1].cpu, CpuId(1));
  EXPECT_EQ(read[1].at, Instant() + 10_ms);
  EXPECT_EQ(read[1].length, 2_ms);
  EXPECT_EQ(read[2].at, Instant() + 10_ms);
}

TEST(ManualText, NothingIsNoDecision) {
  EXPECT_TRUE(decisions("").empty());
  EXPECT_TRUE(decisions("\n \t\r\n# nobody").empty());
}

TEST(ManualText, ErrorsPointAtTheWord) {
  EXPECT_EQ(error("1\nworker for 2ms"), "2:1: 'worker' is not a thread; expected the number of a thread, from 1");
  EXPECT_EQ(error("  0"), "1:3: '0' is not a thread; expected the number of a thread, from 1");
  EXPECT_EQ(error("1x"), "1:1: '1x' is not a thread; expected the number of a thread, from 1");
  EXPECT_EQ(error("1 form 2ms"), "1:3: unknown word 'form'; expected one of at, cpu, for (did you mean for?)");
  EXPECT_EQ(error("1 for 2ms for 3ms"), "1:11: for is given twice; expected each clause once");
  EXPECT_EQ(error("1 cpu"), "1:6: '' is not a CPU; expected a number from 0 to 1023");
  EXPECT_EQ(error("1 cpu 1024"), "1:7: '1024' is not a CPU; expected a number from 0 to 1023");
  EXPECT_EQ(error("1 at 10"), "1:6: '10' is not a time; expected a time, such as 500us or 10ms");
  EXPECT_EQ(error("1 for 0ms"), "1:7: '0ms' is not a time; expected a time longer than 0, such as 500us or 10ms");
  EXPECT_EQ(error("99999999999"), "1:1: '99999999999' is not a thread; expected the number of a thread, from 1");
}

TEST(ManualText, TimesOfACpuDoNotGoBack) {
  EXPECT_EQ(error("1 at 5ms\n2 cpu 1 at 1ms\n3 at 4ms"), "3:1: the times of CPU 0 go back; expected 5ms or later");
  EXPECT_EQ(error("1 at 5ms\n2\n3 at 5ms"), "none");
}

TEST(ManualText, LongWordsAreCut) {
  EXPECT_EQ(error(std::string(100, 'x')),
            "1:1: '" + std::string(40, 'x') + "...' is not a thread; expected the number of a thread, from 1");
}

}  // namespace signalbox::manual_text_test
