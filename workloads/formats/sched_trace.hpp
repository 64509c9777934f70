#pragma once

#include <string_view>

#include "workloads/formats/input_lines.hpp"
#include "workloads/formats/sched_trace_report.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// A recording of Linux' scheduler: the text of tracefs, of `trace-cmd report`, or of `perf script` and `perf sched
// script`. Each thread becomes a task that does again what it was seen to do: it computes as long as it was on a CPU,
// sleeps as long as it slept until an interrupt, and waits for whoever woke it. It arrives when it was first seen, or
// is started by the thread that made it. Where the recording is incomplete, it is repaired if it can be, and
// Scenario::notes says so.
//
// Reads line by line, so that only the scenario grows with the recording. Throws InputError where the text is none, by
// the first line that is not.
Scenario read_sched_trace(InputLines& lines);
Scenario read_sched_trace(InputLines& lines, SchedTraceReport& report);

// By the beginning of a text.
bool looks_like_sched_trace(std::string_view beginning);

}  // namespace signalbox
