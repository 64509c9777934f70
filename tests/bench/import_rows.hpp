#pragma once

namespace signalbox {

// Of a recording of a run of ours, about 500,000 lines of ftrace text: what it costs to split it into lines, and to
// read it as a scenario. Host nanoseconds a line; the recording is written in a process of its own.
double line_split_cost();
double import_cost();

// Bytes of memory that stay in use, an event: the scenario's.
double import_bytes();

}  // namespace signalbox
