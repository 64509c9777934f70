#include "workloads/formats/swf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/support/error_of.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox::swf_test {

using testing::ElementsAre;

Scenario read(std::string_view text) {
  InputLines lines(text, "f");
  return read_swf(lines);
}
std::string error_in(std::string_view text) {
  return error_of([&] { read(text); });
}

// A job of which only these are known: number, submit time, run time, processors.
std::string job(int number, int submit, int run_time, int processors) {
  const auto text = [](int value) { return " " + std::to_string(value); };
  return text(number) + text(submit) + " -1" + text(run_time) + text(processors) +
         " -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1\n";
}

TEST(Swf, JobIsAProcessOfAsManyThreadsAsProcessors) {
  const Scenario scenario = read("; Version: 2.2\n; MaxProcs: 128\n" + job(1, 20, 1200, 1) + job(2, 30, 60, 5));
  EXPECT_EQ(scenario.format, "swf");
  EXPECT_EQ(scenario.cpus, 128U);
  EXPECT_TRUE(scenario.notes.empty());
  ASSERT_EQ(scenario.tasks.size(), 2U);
  EXPECT_EQ(scenario.tasks[0].name, "job-1");
  EXPECT_EQ(scenario.tasks[0].instances, 1);
  EXPECT_EQ(scenario.tasks[0].process, "");
  const Task& task = scenario.tasks[1];
  EXPECT_EQ(task.instances, 5);
  EXPECT_EQ(task.process, "job-2");
  EXPECT_EQ(task.delay, 30_s);
  EXPECT_EQ(task.loop, 1);
  EXPECT_EQ(task.place.line, 4U);
  EXPECT_EQ(std::get<RunEvent>(task.phases[0].events[0].action).duration, 60_s);
}

TEST(Swf, UnknownValuesAreReplacedAndCounted) {
  const Scenario scenario =
      read(job(1, 20, 0, 1) + job(2, -1, 60, -1) + "3 20 -1 -1 -1 7.5 -1 4 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1\n");
  ASSERT_EQ(scenario.tasks.size(), 2U);
  EXPECT_EQ(scenario.tasks[0].delay, Duration()) << "no job above it was submitted";
  EXPECT_EQ(scenario.tasks[0].instances, 1);
  EXPECT_EQ(scenario.tasks[1].instances, 4) << "as it asked for";
  EXPECT_EQ(std::get<RunEvent>(scenario.tasks[1].phases[0].events[0].action).duration, 7_s);
  EXPECT_THAT(scenario.notes,
              ElementsAre("1 job without a submit time, submitted with the one above",
                          "1 job without processors, run on one", "1 job without a run time, run for their CPU time",
                          "1 job that did not run, or whose run time is not known, left out",
                          "no effect: CPU time, processors asked"));
}

TEST(Swf, SubmitTimesOutOfOrderAreSorted) {
  const Scenario scenario = read(job(1, 20, 5, 1) + job(2, 10, 5, 1) + job(3, 15, 5, 1));
  EXPECT_EQ(scenario.tasks[0].name + scenario.tasks[1].name + scenario.tasks[2].name, "job-2job-3job-1");
  EXPECT_THAT(scenario.notes,
              ElementsAre("1 job submitted before the one in the line above, and sorted by their time"));
}

TEST(Swf, NumberUsedTwiceIsNamedAfterItsLine) {
  const Scenario scenario = read(job(1, 1, 5, 1) + job(1, 2, 5, 1) + job(-1, 3, 5, 1));
  EXPECT_EQ(scenario.tasks[1].name, "job-1'2");
  EXPECT_EQ(scenario.tasks[2].name, "line-3");
}

TEST(Swf, MissingColumnIsPlacedBehindTheLine) {
  EXPECT_EQ(error_in("; x\n1 20 -1 60\n"),
            "f:2:11: error: this line has 4 columns; expected 18: \"processors\" is missing");
}

TEST(Swf, WrongValueIsPlaced) {
  std::string text = job(1, 20, 5, 1);
  EXPECT_EQ(error_in(text.replace(3, 2, "2x")),
            "f:1:4: error: \"2x\" as the submit time; expected a number from 0 to 4000000000, or -1 for unknown");
  EXPECT_THAT(error_in(job(1, -2, 5, 1)), testing::HasSubstr("f:1:4: error: \"-2\" as the submit time"));
  EXPECT_THAT(error_in(job(1, 2, 5, 1'000'001)), testing::HasSubstr("\"1000001\" as the processors"));
}

TEST(Swf, LogWithoutJobsIsAnError) {
  EXPECT_EQ(error_in("; Version: 2.2\n\n"), "f: error: the log has no jobs; expected a line of 18 numbers a job");
}

TEST(Swf, IsRecognisedByItsHeaderOrItsColumns) {
  EXPECT_TRUE(looks_like_swf("; Version: 2.2\n"));
  EXPECT_TRUE(looks_like_swf("\n" + job(1, 2, 3, 4)));
  EXPECT_TRUE(looks_like_swf("1 2 3 4 5 6 7 8 9 10\n")) << "some columns are missing";
  EXPECT_FALSE(looks_like_swf("1 2 3\n"));
  EXPECT_FALSE(looks_like_swf("name,arrival_us,burst_us,priority\n"));
  EXPECT_FALSE(looks_like_swf("; a comment\n"));
}

TEST(Swf, RealLogWithATableHeadAndMoreColumnsIsRead) {
  InputFile input(SIGNALBOX_SOURCE_DIR "/../shared/data/swf/jaros1.swf");
  EXPECT_TRUE(looks_like_swf(input.beginning()));
  InputLines lines(input);
  const Scenario scenario = read_swf(lines);
  ASSERT_EQ(scenario.tasks.size(), 12U);
  EXPECT_EQ(scenario.tasks[10].instances, 5);
  EXPECT_EQ(scenario.tasks[10].delay, 20_s);
  EXPECT_EQ(scenario.notes.back(), "columns beyond the 18th are not read");
}

}  // namespace signalbox::swf_test
