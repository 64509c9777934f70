#pragma once

#include <cstdint>
#include <string>

namespace signalbox {

// What came out of a run, as it is stored and sent: the text is the same on every host.
struct RunResult {
  std::uint64_t trace_hash = 0;
  std::string report = {};   // JSON, to_json(RunReport)
  std::string threads = {};  // JSON, an array of the threads; empty unless the plan keeps them

  bool operator==(const RunResult&) const = default;
};

}  // namespace signalbox
