#pragma once

#include <string_view>

#include "workloads/formats/input_lines.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// A log of batch jobs in the Standard Workload Format, version 2.2 (Feitelson, Parallel Workloads Archive, "The
// Standard Workload Format"; Chapin et al. 1999): 18 columns, `;` before the header, -1 where something is not known.
// Each job is a process of as many threads as it had processors; it arrives when it was submitted, and each thread
// computes for the job's run time. What has no effect here is said in Scenario::notes.
//
// Reads line by line. Throws InputError.
Scenario read_swf(InputLines& lines);

// By the beginning of a text.
bool looks_like_swf(std::string_view beginning);

}  // namespace signalbox
