#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/machine/machine_config.hpp"
#include "tools/experiment/comparison.hpp"

namespace signalbox {

class InputFile;

// Everything that determines what comes out of a run. Two runs of one key have one result, on every host.
struct RunKey {
  std::string program;   // simulator_version()
  std::string scenario;  // content_hash of its text
  std::string machine;   // machine_hash
  std::string policy;    // as PolicyChoice::spelled
  std::uint64_t seed = 0;
  std::int64_t until_ns = -1;  // -1: until everything has ended

  bool operator==(const RunKey&) const = default;
};

RunKey key_of(const ComparisonPlan& plan, const ComparedRun& run);

// XXH3 of a text, 128 bits, as 32 hex digits.
std::string content_hash(std::string_view text);
// Of a file as its format reads it, piece by piece.
std::string content_hash(std::string_view format, InputFile& text);

// The same of all that a machine consists of, but for its name, which changes nothing.
std::string machine_hash(const MachineConfig& machine);

// 16 hex digits that change whenever a source of what runs, measures or describes a simulation does, and only then
// (tools/cmake/SourceHash.cmake): results of another version are no results of this one.
std::string_view simulator_version();

}  // namespace signalbox
