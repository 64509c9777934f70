#pragma once

#include <optional>

#include "kernel/machine/machine.hpp"
#include "tools/metrics/run_report.hpp"

namespace signalbox {

// What a machine counted of its memory; nothing if it has none.
std::optional<MemoryReport> memory_report(Machine& machine);

}  // namespace signalbox
