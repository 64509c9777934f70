#include "workloads/formats/job_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/error_of.hpp"

namespace signalbox::job_table_test {

Scenario parse(std::string_view text) { return parse_job_table(text, "f"); }
std::string error_in(std::string_view text) {
  return error_of([text] { parse(text); });
}
constexpr std::string_view header = "name,arrival_us,burst_us,priority\n";
constexpr std::string_view long_header = "name,arrival_us,burst_us,priority,io_every_us,io_us\n";

std::string with(std::string_view head, std::string_view rows) { return std::string(head) + std::string(rows); }

// What the job computes and sleeps in all, by its script.
Duration total_run(const Task& job) {
  Duration total;
  for (const Phase& phase : job.phases) {
    for (const ScriptEvent& event : phase.events) {
      if (const auto* run = std::get_if<RunEvent>(&event.action)) total += run->duration * phase.loop;
    }
  }
  return total;
}

TEST(JobTable, JobIsAProcessThatArrivesComputesAndEnds) {
  const Scenario scenario = parse(with(header, "P1,2000,5000,3\n"));
  EXPECT_EQ(scenario.format, "job-table");
  EXPECT_FALSE(scenario.duration.has_value());
  ASSERT_EQ(scenario.tasks.size(), 1U);
  const Task& job = scenario.tasks[0];
  EXPECT_EQ(job.name, "P1");
  EXPECT_EQ(job.delay, 2_ms);
  EXPECT_EQ(job.instances, 1);
  EXPECT_EQ(job.loop, 1);
  EXPECT_TRUE(job.process.empty());
  EXPECT_EQ(job.sched.attributes->nice, 3);
  ASSERT_EQ(job.phases.size(), 1U);
  EXPECT_EQ(job.phases[0].loop, 1);
  ASSERT_EQ(job.phases[0].events.size(), 1U);
  EXPECT_EQ(std::get<RunEvent>(job.phases[0].events[0].action).duration, 5_ms);
  EXPECT_EQ(job.place.line, 2U);
}

TEST(JobTable, PriorityZeroAsksForNothing) {
  EXPECT_FALSE(parse(with(header, "a,0,1,0")).tasks[0].sched.attributes.has_value());
}

TEST(JobTable, BurstIsSplitByWaitsAndDoesNotEndWithOne) {
  const Scenario scenario = parse(with(long_header, "a,0,25,0,10,7\nb,0,20,0,10,7\nc,0,10,0,10,7\n"));
  const Task& uneven = scenario.tasks[0];
  ASSERT_EQ(uneven.phases.size(), 2U);
  EXPECT_EQ(uneven.phases[0].loop, 2);
  EXPECT_EQ(std::get<SleepEvent>(uneven.phases[0].events[1].action).duration, 7_us);
  EXPECT_EQ(std::get<RunEvent>(uneven.phases[1].events[0].action).duration, 5_us);
  EXPECT_EQ(scenario.tasks[1].phases[0].loop, 1);
  EXPECT_EQ(std::get<RunEvent>(scenario.tasks[1].phases[1].events[0].action).duration, 10_us);
  EXPECT_EQ(scenario.tasks[2].phases.size(), 1U);
}

TEST(JobTable, EmptyAndZeroWaitsAreNone) {
  const Scenario scenario = parse(with(long_header, "a,0,25,0,,\nb,0,25,0,0,0\n"));
  EXPECT_EQ(scenario.tasks[0].phases.size(), 1U);
  EXPECT_EQ(scenario.tasks[1].phases.size(), 1U);
}

TEST(JobTable, ColumnsComeInAnyOrder) {
  const Task job = parse("priority, burst_us ,name,arrival_us\n-20,7,a,5\n").tasks[0];
  EXPECT_EQ(job.sched.attributes->nice, -20);
  EXPECT_EQ(job.delay, 5_us);
  EXPECT_EQ(total_run(job), 7_us);
}

TEST(JobTable, CommentsBlankLinesCarriageReturnsAndQuotesAreLegal) {
  const Scenario scenario =
      parse("\xef\xbb\xbf# jobs\r\n\r\nname,arrival_us,burst_us,priority\r\n  # more\n \"a, b\" , 1 ,2, 3 \r\n\n");
  ASSERT_EQ(scenario.tasks.size(), 1U);
  EXPECT_EQ(scenario.tasks[0].name, "a, b");
  EXPECT_EQ(scenario.tasks[0].place.line, 5U);
}

struct Malformed {
  std::string text;
  const char* message;
};

TEST(JobTable, MalformedHeaderIsRefusedAtItsPlace) {
  const Malformed cases[] = {
      {"",
       "f:1:1: error: the table is empty; expected a header such as "
       "name,arrival_us,burst_us,priority,io_every_us,io_us"},
      {"# only\n",
       "f:1:1: error: the table is empty; expected a header such as "
       "name,arrival_us,burst_us,priority,io_every_us,io_us"},
      {"name,arival_us,burst_us,priority\n",
       "f:1:6: error: unknown column \"arival_us\"; expected \"arrival_us\", "
       "the nearest of name,arrival_us,burst_us,priority,io_every_us,io_us"},
      {"#\nname,name\n", "f:2:6: error: \"name\" is there twice; expected each column once"},
      {"name,arrival_us,priority\n",
       "f:1:25: error: there is no column \"burst_us\"; expected a header such as "
       "name,arrival_us,burst_us,priority,io_every_us,io_us"},
      {"name,arrival_us,burst_us,priority,io_us\n",
       "f:1:40: error: there is no column \"io_every_us\"; expected a "
       "header such as name,arrival_us,burst_us,priority,io_every_us,io_us"},
      {"# jobs\nname,arrival_us,burst_us,priority\n",
       "f:2:34: error: the table has no jobs; expected a row below the header"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message);
}

TEST(JobTable, MalformedRowIsRefusedAtItsPlace) {
  const Malformed cases[] = {
      {"a,0,1", "f:2:6: error: this row has 3 fields; expected 4, as the header"},
      {"a,0,1,0,9", "f:2:9: error: this row has 5 fields; expected 4, as the header"},
      {",0,1,0", "f:2:1: error: a job without a name; expected a name"},
      {"a,0,1,0\n\na,0,1,0", "f:4:1: error: the job \"a\" is already in line 2; expected another name"},
      {"\"a\tb\",0,1,0", "f:2:1: error: the job name \"a\\x09b\"; expected no control character in a name"},
      {"a,-1,1,0",
       "f:2:3: error: \"-1\" does not fit here; expected a whole number of microseconds from 0 to "
       "1000000000000"},
      {"a,1.5,1,0",
       "f:2:3: error: \"1.5\" does not fit here; expected a whole number of microseconds from 0 to "
       "1000000000000"},
      {"a,0,0,0",
       "f:2:5: error: \"0\" does not fit here; expected a whole number of microseconds from 1 to "
       "1000000000000"},
      {"a,0, 10ms,0",
       "f:2:6: error: \"10ms\" does not fit here; expected a whole number of microseconds from 1 to "
       "1000000000000"},
      {"a,0,99999999999999999999,0",
       "f:2:5: error: \"99999999999999999999\" does not fit here; expected a whole "
       "number of microseconds from 1 to 1000000000000"},
      {"a,0,1,20", "f:2:7: error: \"20\" does not fit here; expected a nice value from -20 to 19"},
      {"a,0,1,-21", "f:2:7: error: \"-21\" does not fit here; expected a nice value from -20 to 19"},
      {"a,0,1,", "f:2:7: error: \"\" does not fit here; expected a nice value from -20 to 19"},
      {"a,0,1,\"0", "f:2:7: error: this quoted field has no end; expected '\"' on the same line"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(with(header, malformed.text)), malformed.message);
}

TEST(JobTable, WaitNeedsBothItsColumns) {
  EXPECT_EQ(error_in(with(long_header, "a,0,9,0,3,0")),
            "f:2:11: error: \"io_us\" is 0 or empty; expected it above 0, as \"io_every_us\" is");
  EXPECT_EQ(error_in(with(long_header, "a,0,9,0,,4")),
            "f:2:9: error: \"io_every_us\" is 0 or empty; expected it above 0, as \"io_us\" is");
}

TEST(JobTable, IsRecognisedByAColumnOfItsHeader) {
  EXPECT_TRUE(looks_like_job_table("# c\n\nburst_us,x\n"));
  EXPECT_FALSE(looks_like_job_table("{ \"tasks\": {} }"));
  EXPECT_FALSE(looks_like_job_table("\"name"));
  EXPECT_FALSE(looks_like_job_table(""));
}

RC_GTEST_PROP(JobTableProperty, ScriptComputesTheBurstAndWaitsBetweenItsPieces, ()) {
  const auto burst = *rc::gen::inRange(1, 10'000);
  const auto every = *rc::gen::inRange(1, 10'000);
  const Scenario scenario =
      parse(with(long_header, "a,0," + std::to_string(burst) + ",0," + std::to_string(every) + ",5"));
  RC_ASSERT(total_run(scenario.tasks[0]) == 1_us * burst);
  const std::int64_t waits = scenario.tasks[0].phases.size() == 2 ? scenario.tasks[0].phases[0].loop : 0;
  RC_ASSERT(waits == (burst + every - 1) / every - 1);
}

RC_GTEST_PROP(JobTableProperty, AnyDamageGivesAScenarioOrAnInputError, ()) {
  std::string text = with(long_header, "# c\na,0,25,0,10,7\n\"b\"\"\",1,2,-3,,\n");
  const auto edits = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, text.size()), rc::gen::arbitrary<char>()));
  for (const auto& [where, letter] : edits) text[where] = letter;
  error_in(text);
}

TEST(JobTable, HundredThousandRowsAreRead) {
  std::string text(header);
  for (int row = 0; row < 100'000; ++row) text += "job" + std::to_string(row) + "," + std::to_string(row) + ",10,0\n";
  const Scenario scenario = parse(text);
  EXPECT_EQ(scenario.tasks.size(), 100'000U);
  EXPECT_EQ(scenario.tasks.back().place.line, 100'001U);
}

}  // namespace signalbox::job_table_test
