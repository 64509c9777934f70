#pragma once

#include <cstdio>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tools/metrics/run_report.hpp"

namespace signalbox {

class RunMetrics;

// The keys of cli.md from "trace_hash" on that come from the metrics: "end" to "deadline_misses", plus added ones
// ("slowdown", "blocked_ns", "causes", ...), and "groups" where there are any. Times are whole nanoseconds; what does
// not exist is null.
nlohmann::ordered_json to_json(const RunReport& report);

// One element of "threads".
nlohmann::ordered_json to_json(const ThreadReport& thread);

// Both as texts of JSON, as results are stored and sent: the report, and an array of the threads.
std::string report_text(const RunMetrics& metrics);
std::string threads_text(const RunMetrics& metrics);

// The whole object with "threads" last: head's keys, then to_json(report), then the threads. For runs whose threads
// fit in memory as JSON (about 3 KiB each).
nlohmann::ordered_json run_json(nlohmann::ordered_json head, const RunReport& report, nlohmann::ordered_json threads);

// The same written thread by thread in flat memory, for a million of them; ends with a newline.
// Returns false if the file took not all of it (errno says why).
[[nodiscard]] bool write_run_json(std::FILE* file, nlohmann::ordered_json head, const RunMetrics& metrics);

}  // namespace signalbox
