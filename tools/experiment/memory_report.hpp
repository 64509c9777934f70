#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/machine/machine.hpp"
#include "tools/metrics/run_report.hpp"

namespace signalbox {

// What a machine counted of its memory; nothing if it has none.
std::optional<MemoryReport> memory_report(Machine& machine);

// A line for each of the first ten processes that were killed for lack of memory, as the kernel's log has it
// (__oom_kill_process of mm/oom_kill.c, 6.1), with the time behind it.
std::vector<std::string> oom_kill_lines(Machine& machine);
// And for each that the C library aborted: what it did wrong.
std::vector<std::string> abort_lines(Machine& machine);

}  // namespace signalbox
