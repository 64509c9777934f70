#pragma once

#include <string_view>

namespace signalbox {

// Measurements of memory, each in a process of its own (`signalbox_bench --probe NAME`), because what other rows have
// left behind in the allocator would hide what this one needs.

// In the parent: runs the probe in a fresh process and answers what it printed.
double probe(std::string_view name);
// In the child: measures, prints, and answers the exit status.
int run_probe(std::string_view name);

// The probes and their values.
namespace probe_name {
inline constexpr std::string_view blocked_bytes = "blocked_bytes";      // host bytes a blocked thread, of a million
inline constexpr std::string_view million_bytes = "million_bytes";      // the peak of a million threads, 3 bursts each
inline constexpr std::string_view million_seconds = "million_seconds";  // and its CPU time
inline constexpr std::string_view process_bytes = "process_bytes";      // the peak of 10,000 processes with 100 pages
inline constexpr std::string_view process_seconds = "process_seconds";  // and their CPU time
inline constexpr std::string_view untraced = "untraced";                // ns a burst without an export
inline constexpr std::string_view exported = "exported";                // ns a burst exported as ftrace text
inline constexpr std::string_view export_growth = "export_growth";      // bytes the export of 2 million bursts leaves
inline constexpr std::string_view line_split = "line_split";            // ns a line of a recording, only split
inline constexpr std::string_view imported = "import";                  // ns a line of a recording, read as a scenario
inline constexpr std::string_view import_bytes = "import_bytes";        // host bytes an event of the scenario
}  // namespace probe_name

}  // namespace signalbox
