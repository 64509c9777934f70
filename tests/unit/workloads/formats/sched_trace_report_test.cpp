#include "workloads/formats/sched_trace_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::sched_trace_report_test {

using testing::ElementsAre;

SchedTraceReport two_cpus() {
  SchedTraceReport report;
  report.length = 1_ms;
  report.cpus = 2;
  report.busy = 1500_us;
  report.idle = 500_us;
  report.read[static_cast<std::size_t>(SchedTracepoint::switching)] = 3;
  return report;
}

TEST(SchedTraceReport, SaysWhatIsCoveredAndRead) {
  EXPECT_THAT(
      two_cpus().lines(),
      ElementsAre("0.001000 s on 2 CPUs: covers 100.00 % of the recorded CPU time (0.001500 s busy, 0.000500 s idle)",
                  "3 events read - sched_switch: 3"));
}

TEST(SchedTraceReport, WhatIsGuessedIsNotCovered) {
  SchedTraceReport report = two_cpus();
  report.guessed = 200_us;
  EXPECT_EQ(
      report.lines().front(),
      "0.001000 s on 2 CPUs: covers 90.00 % of the recorded CPU time (0.001500 s busy, 0.000500 s idle, 0.000200 s of "
      "it guessed)");
}

TEST(SchedTraceReport, NamesEverythingRepairedAndSkipped) {
  SchedTraceReport report = two_cpus();
  report.by_thread = 4;
  report.by_interrupt = 5;
  report.by_nobody.note(8);
  report.clock_disorder.note(3);
  report.clock_disorder.note(4);
  report.most_disorder = 2_us;
  report.missing_switches.note(9);
  report.skip("irq_handler_entry", 5);
  report.skip("irq_handler_entry", 6);
  report.skip("print", 7);
  report.damaged.note(11);
  report.stray.note(12);
  report.cut_line = 99;
  report.lost_markers.note(20);
  report.lost_events = 17;
  report.deadline_threads.note(21);
  const std::vector<std::string> lines = report.lines();
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(
      lines[2],
      "sleeps - ended by a thread: 4, ended by an interrupt: 5, ended by nobody in the recording: 1 (first in line 8)");
  EXPECT_EQ(lines[3],
            "repaired - steps back of the clock: 2 (first in line 3, by 2000 ns at most), missing switches: 1 (first "
            "in line 9)");
  EXPECT_EQ(lines[4],
            "skipped - irq_handler_entry: 2, print: 1, damaged events: 1 (first in line 11), lines that are no events: "
            "1 (first in line 12), the last line, 99, which is cut off");
  EXPECT_EQ(lines[5], "the recorder lost events once (17 in all, as far as it says; first in line 20)");
  EXPECT_EQ(
      lines[6],
      "SCHED_DEADLINE (first in line 21): its reservation is not in the recording, so these threads run as FIFO with "
      "priority 99");
}

TEST(SchedTraceReport, ManyKindsOfEventsAreCountedTogether) {
  SchedTraceReport report = two_cpus();
  for (unsigned kind = 0; kind < 100; ++kind) report.skip("event_" + std::to_string(kind), kind + 1);
  EXPECT_EQ(report.skipped.size(), 32U);
  EXPECT_EQ(report.skipped_beyond.count, 68U);
  EXPECT_EQ(report.skipped_beyond.first_line, 33U);
}

}  // namespace signalbox::sched_trace_report_test
