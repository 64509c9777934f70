#include "workloads/formats/sched_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/error_of.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox::sched_trace_test {

using testing::Contains;
using testing::HasSubstr;

const std::string recordings = SIGNALBOX_SOURCE_DIR "/../shared/data/traces/";

constexpr std::string_view switch_to_a =
    "<idle>-0 [000] d..2. 1.000000: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> "
    "next_comm=a next_pid=7 next_prio=120\n";
constexpr std::string_view switch_from_a =
    "a-7 [000] d..2. 1.000500: sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> "
    "next_comm=swapper/0 next_pid=0 next_prio=120\n";
const std::string whole = std::string(switch_to_a) + std::string(switch_from_a);

struct ReadTrace {
  Scenario scenario;
  SchedTraceReport report;
};
ReadTrace read(std::string_view text) {
  ReadTrace trace;
  InputLines lines(text, "f");
  trace.scenario = read_sched_trace(lines, trace.report);
  return trace;
}
ReadTrace read_recording(const std::string& name) {
  ReadTrace trace;
  InputFile input(recordings + name);
  InputLines lines(input);
  trace.scenario = read_sched_trace(lines, trace.report);
  return trace;
}
std::string error_in(const std::string& text) {
  return error_of([&] { read(text); });
}

TEST(SchedTrace, BecomesAScenarioThatSaysWhatItCovers) {
  const Scenario scenario = read(whole).scenario;
  EXPECT_EQ(scenario.format, "sched-trace");
  EXPECT_EQ(scenario.cpus, 1U);
  ASSERT_EQ(scenario.tasks.size(), 1U);
  EXPECT_EQ(scenario.tasks[0].name, "a-7");
  EXPECT_THAT(scenario.notes, Contains(HasSubstr("covers 100.00 %")));
}

TEST(SchedTrace, HeadersTellHowManyCpus) {
  EXPECT_EQ(read("# tracer: nop\n# entries-in-buffer/entries-written: 2/2   #P:4\n" + whole).scenario.cpus, 4U);
  EXPECT_EQ(read("version = 6\ncpus=3\n" + whole).scenario.cpus, 3U);
}

TEST(SchedTrace, LateBufferIsNotKnownBefore) {
  const std::string late =
      "b-8 [001] d..2. 1.000400: sched_switch: prev_comm=b prev_pid=8 prev_prio=120 prev_state=S "
      "==> next_comm=swapper/1 next_pid=0 next_prio=120\n";
  const auto with_mark =
      std::string(switch_to_a) + "##### CPU 1 buffer started ####\n" + late + std::string(switch_from_a);
  EXPECT_EQ(read(with_mark).report.busy, 500_us);
  EXPECT_EQ(read(std::string(switch_to_a) + late + std::string(switch_from_a)).report.busy, 900_us);
}

TEST(SchedTrace, LostEventsAreTold) {
  for (const char* marker : {"CPU:0 [LOST 12 EVENTS]\n", "CPU:0 [12 EVENTS DROPPED]\n"}) {
    const ReadTrace trace = read(std::string(switch_to_a) + marker + std::string(switch_from_a));
    EXPECT_EQ(trace.report.lost_markers.count, 1U);
    EXPECT_EQ(trace.report.lost_markers.first_line, 2U);
    EXPECT_EQ(trace.report.lost_events, 12U);
    EXPECT_EQ(trace.report.stray.count, 0U);
  }
}

TEST(SchedTrace, CallChainsAreNoEvents) {
  const ReadTrace trace =
      read(whole + "\tffffffff8107d9c5 wake_up_process+0x15 ([kernel.kallsyms])\n\t   7f12345 main (/bin/a)\n");
  EXPECT_EQ(trace.report.call_chains.count, 2U);
  EXPECT_EQ(trace.report.stray.count, 0U);
}

TEST(SchedTrace, LastLineCutOffIsTold) {
  const std::string cut(switch_from_a.substr(0, 60));
  EXPECT_EQ(read(whole + cut).report.cut_line, 3U);
  EXPECT_EQ(read(whole + cut).report.damaged.count, 0U);
  EXPECT_EQ(read(whole + "a-7 [0").report.cut_line, 3U);
  EXPECT_EQ(read(whole + "a-7 [0").report.stray.count, 0U);
}

TEST(SchedTrace, StrayAndDamagedLinesAreCounted) {
  const std::string damaged = "a-7 [000] d..2. 1.000400: sched_switch: prev_comm=a prev\n";
  const ReadTrace trace = read(std::string(switch_to_a) + "what is this\n" + damaged + whole + whole);
  EXPECT_EQ(trace.report.stray.first_line, 2U);
  EXPECT_EQ(trace.report.damaged.first_line, 3U);
  EXPECT_EQ(trace.report.clock_disorder.count, 2U) << "it begins again twice";
}

TEST(SchedTrace, TextOfAnotherKindIsPlaced) {
  EXPECT_EQ(
      error_in("hello\nworld\n"),
      "f:1:1: error: this is no event of a scheduler trace; expected a line of ftrace, trace-cmd report or perf sched "
      "script, such as \"make-4993 [001] d..2. 8083.362717: sched_switch: ...\"");
  EXPECT_THAT(error_in("a-7 [000] d..2. 1.000400: sched_switch: prev_comm=a prev\n"),
              HasSubstr("f:1:41: error: this is no event"));
  EXPECT_THAT(error_in("a-7 [000] 1.0: irq_handler_entry: irq=7\n"),
              HasSubstr("f: error: there is no sched_switch event"));
  EXPECT_THAT(error_in(""), HasSubstr("f: error: there is no sched_switch event"));
}

TEST(SchedTrace, IsRecognisedByAnEventAmongTheFirstLines) {
  EXPECT_TRUE(looks_like_sched_trace(whole));
  EXPECT_TRUE(looks_like_sched_trace("# tracer: nop\n#\n"));
  EXPECT_TRUE(looks_like_sched_trace("version = 6\ncpus=2\n" + whole.substr(0, 250)));
  EXPECT_FALSE(looks_like_sched_trace("{\"tasks\": {}}"));
  EXPECT_FALSE(looks_like_sched_trace("name,arrival_us\n"));
  EXPECT_FALSE(looks_like_sched_trace(std::string(100'000, 'x')));
}

// Cut anywhere and with a line torn out, a recording still is a scenario or an InputError.
RC_GTEST_PROP(SchedTrace, SurvivesDamage, ()) {
  const std::string text = InputFile(recordings + "make-j2.ftrace.txt").read_all();
  const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto length = *rc::gen::inRange<std::size_t>(0, text.size());
  std::string part = text.substr(begin, length);
  if (!part.empty()) part.erase(*rc::gen::inRange<std::size_t>(0, part.size()), *rc::gen::inRange<std::size_t>(0, 300));
  try {
    const ReadTrace trace = read(part);
    RC_ASSERT(trace.report.busy + trace.report.idle <= trace.report.length * trace.report.cpus);
  } catch (const InputError&) {
    RC_TAG("refused");
  }
}

// What each file holds by `grep -c`.
TEST(Recordings, FtraceIsReadWhole) {
  const ReadTrace trace = read_recording("make-j2.ftrace.txt");
  EXPECT_EQ(trace.scenario.tasks.size(), 32U);
  EXPECT_EQ(trace.scenario.cpus, 2U);
  EXPECT_EQ(trace.report.events(), 229U + 80U + 31U + 31U + 32U);
  EXPECT_EQ(trace.report.stray.count + trace.report.damaged.count, 0U);
  EXPECT_EQ(trace.report.by_nobody.count, 0U);
}

TEST(Recordings, PerfIsReadWhole) {
  const ReadTrace trace = read_recording("make-j3.perf.txt");
  EXPECT_EQ(trace.scenario.tasks.size(), 32U);
  EXPECT_EQ(trace.report.events(), 336U + 69U + 31U + 31U + 9U);
  EXPECT_EQ(trace.report.stray.count + trace.report.damaged.count, 0U);
}

TEST(Recordings, CompressedPerfIsReadWhole) {
  const ReadTrace trace = read_recording("redis-benchmark.perf.txt.xz");
  EXPECT_EQ(trace.scenario.tasks.size(), 2U);
  EXPECT_EQ(trace.report.events(), 1901U + 1432U + 8U);
  EXPECT_GT(trace.report.by_thread, 1'400U) << "server and client wake each other";
}

}  // namespace signalbox::sched_trace_test
