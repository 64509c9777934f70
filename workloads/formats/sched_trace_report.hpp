#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/time.hpp"
#include "workloads/formats/sched_trace_line.hpp"

namespace signalbox {

// How often something was met, and where first.
struct TraceTally {
  std::uint64_t count = 0;
  unsigned first_line = 0;

  void note(unsigned line) {
    if (count++ == 0) first_line = line;
  }
};

// What became of a recording: what of it the scenario holds, and what was repaired, skipped or not explained.
struct SchedTraceReport {
  std::array<std::uint64_t, static_cast<std::size_t>(SchedTracepoint::other)> read{};  // by tracepoint
  std::map<std::string, TraceTally, std::less<>> skipped;                              // other events, by name
  TraceTally skipped_beyond;                                                           // of further names

  // CPU time of the recording, summed over its CPUs.
  Duration length;  // of the recording itself
  unsigned cpus = 0;
  Duration busy, idle, guessed;  // `guessed` is busy or idle too: it is not known since when

  // How sleeps ended.
  std::uint64_t by_thread = 0, by_interrupt = 0;
  TraceTally by_nobody;

  // Repaired.
  TraceTally clock_disorder;  // a line earlier than the one before it
  Duration most_disorder;
  TraceTally clock_set_back;
  TraceTally missing_switches;  // the CPU runs another thread than the last switch said
  TraceTally on_two_cpus;
  TraceTally reused_pids;
  TraceTally deadline_threads;  // their reservation is not recorded

  // Not read.
  TraceTally damaged;       // an event of ours whose fields are not whole
  TraceTally failed_wakes;  // success=0
  TraceTally call_chains;
  TraceTally stray;  // lines that are no events
  TraceTally lost_markers;
  std::uint64_t lost_events = 0;  // as far as the markers say
  unsigned cut_line = 0;          // the last line, where it is cut off; 0: it is not

  std::uint64_t events() const;
  void skip(std::string_view name, unsigned line);

  // One line each, for people; what did not happen is not mentioned.
  std::vector<std::string> lines() const;
};

}  // namespace signalbox
