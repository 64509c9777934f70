#pragma once

#include <string>
#include <string_view>

#include "workloads/scenario.hpp"

namespace signalbox {

// The textbook's table of jobs, as CSV with a header: name, arrival_us, burst_us, priority[, io_every_us, io_us], in
// any order. Each job is a process of its own: it arrives, computes its burst, after every `io_every_us` of it sleeps
// `io_us`, and ends. The priority is the nice value: the smaller, the more urgent. Lines that begin with # are
// comments. Throws InputError.
Scenario parse_job_table(std::string_view text, const std::string& file);

bool looks_like_job_table(std::string_view text);

}  // namespace signalbox
