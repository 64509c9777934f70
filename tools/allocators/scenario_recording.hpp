#pragma once

#include <optional>
#include <string>

#include "tools/allocators/allocation_trace.hpp"
#include "tools/experiment/setting.hpp"

namespace signalbox {

// A run of a scenario, of which the heaps are wanted.
struct RecordingRequest {
  SettingRequest setting = {};
  PolicyChoice policy;
  std::optional<Duration> until = {};
};

// Runs it once, as `run` does, and answers what its processes ask of their heaps, in the order and at the times at
// which they do so with the core as their malloc. Notes tell what went wrong in the run. Throws InputError, also if
// nobody allocates.
AllocationTrace record_scenario(const RecordingRequest& request);

}  // namespace signalbox
