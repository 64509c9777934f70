#include "tools/debug/blocked_places.hpp"

#include "workloads/posix/program_snapshot.hpp"

namespace signalbox {

void BlockedPlaces::end(Machine& machine) {
  SourceLines lines;
  machine.processes().for_each_thread([&](const Thread& thread) {
    if (thread.state != ThreadState::blocked || places_.size() == most_places) return;
    if (const auto snapshot = snapshot_of(thread)) places_[thread.tid] = describe(lines.calls(*snapshot));
  });
}

std::string BlockedPlaces::of(Tid thread) const {
  const auto found = places_.find(thread);
  return found == places_.end() ? std::string() : found->second;
}

}  // namespace signalbox
