#include "workloads/formats/sched_trace_line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::sched_trace_line_test {

// "comm|pid|tgid|cpu|nanoseconds|event|fields", with "!" behind where it is an interrupt's.
std::string shown(std::string_view text) {
  const auto line = read_sched_trace_line(text);
  if (!line) return "none";
  const auto number = [](auto value) { return std::to_string(value); };
  return std::string(line->comm) + "|" + number(line->pid) + "|" + number(line->tgid) + "|" + number(line->cpu) + "|" +
         number(line->when.nanoseconds()) + "|" + std::string(line->name) + "|" + std::string(line->fields) +
         (line->is_interrupt ? "!" : "");
}

TEST(SchedTraceLine, FtraceHasFlagsAndADash) {
  EXPECT_EQ(shown("            make-4993    [001] d..2.  8083.362717: sched_switch: prev_comm=make prev_pid=4993"),
            "make|4993|0|1|8083362717000|sched_switch|prev_comm=make prev_pid=4993");
}

TEST(SchedTraceLine, ThirdFlagTellsAnInterrupt) {
  EXPECT_EQ(shown("          <idle>-0       [000] d.h4.  1.000002: sched_waking: comm=a"),
            "<idle>|0|0|0|1000002000|sched_waking|comm=a!");
  EXPECT_EQ(shown("a-1 [000] d.s4 1.5: sched_waking: x"), "a|1|0|0|1500000000|sched_waking|x!");
}

TEST(SchedTraceLine, ProcessMayStandInParentheses) {
  EXPECT_EQ(shown("  redis-server-12  (   10) [003] .....  5.000000: sched_wakeup: x"),
            "redis-server|12|10|3|5000000000|sched_wakeup|x");
  EXPECT_EQ(shown("  a-12  (-----) [003] .....  5.000000: sched_wakeup: x"), "a|12|0|3|5000000000|sched_wakeup|x");
}

TEST(SchedTraceLine, TraceCmdHasNoFlags) {
  EXPECT_EQ(shown("           sleep-77    [002]  10.123456789: sched_wakeup:         a:5 [120] success=1 CPU:000"),
            "sleep|77|0|2|10123456789|sched_wakeup|a:5 [120] success=1 CPU:000");
}

TEST(SchedTraceLine, PerfHasBlanksAndASystem) {
  EXPECT_EQ(shown("            make  2275 [000]  7973.849977343: sched:sched_process_fork: comm=make pid=2275"),
            "make|2275|0|0|7973849977343|sched_process_fork|comm=make pid=2275");
  EXPECT_EQ(shown("a 7/9 [000] 1.0:  1 sched:sched_waking: x"), "a|9|7|0|1000000000|sched_waking|x");
}

TEST(SchedTraceLine, NameOfAThreadMayHoldBlanksDashesAndBrackets) {
  EXPECT_EQ(shown("  my worker-3 x-12    [001] d..2.  1.0: other_event: y"),
            "my worker-3 x|12|0|1|1000000000|other_event|y");
  EXPECT_EQ(shown(" a [000] 1.0: b: c 12 [001] 2.0: sched:sched_waking: y"),
            "a [000] 1.0: b: c|12|0|1|2000000000|sched_waking|y");
  EXPECT_EQ(shown("kworker/0:1-events-88 [000] ..... 1.0: sched_waking: y"),
            "kworker/0:1-events|88|0|0|1000000000|sched_waking|y");
}

TEST(SchedTraceLine, OtherEventsAreLinesToo) {
  const auto line = read_sched_trace_line("a-1 [000] d.h1. 1.0: irq_handler_entry: irq=7 name=eth0");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->tracepoint, SchedTracepoint::other);
  EXPECT_EQ(read_sched_trace_line("a-1 [000] .... 1.0: task_newtask: x")->tracepoint, SchedTracepoint::newtask);
}

TEST(SchedTraceLine, WhatIsNoEventIsNone) {
  for (const char* text :
       {"", "#  TASK-PID  CPU#", "a-1 [000]", "a-1 [000] 1.0", "a-1 [000] 1.0:", "a-1 [000] 1.0: x",
        "a-1 [000] 1: x: y", "-1 [x] 1.0: x: y", "a [000] 1.0: x: y", "5 [000] 1.0: x: y", "a-1 [99999] 1.0: x: y",
        "a-1 [000] 99999999999.0: x: y", "a-1 [000] 1.0123456789: x: y", "a-99999999999 [000] 1.0: x: y",
        "a-1 [000] -1.0: x: y", "a-1 (x) [000] 1.0: x: y", "\t   ffffffff8107d9c5 wake_up_process+0x15 ([kernel])"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

}  // namespace signalbox::sched_trace_line_test
