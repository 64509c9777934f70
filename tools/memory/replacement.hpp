#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/mm/reclaim/reference_run.hpp"

namespace signalbox {

// A reference string under several policies, with several numbers of frames.
struct ReplacementRequest {
  std::vector<PageReference> references;
  std::vector<const ReclaimerRow*> policies;
  std::vector<FrameSlot> frames;  // ascending
  std::uint64_t tick = 0;         // as in ReferenceSettings
  std::uint64_t tau = 0;
  std::uint64_t seed = 1;
};

struct ReplacementRow {
  const ReclaimerRow* policy;
  FrameSlot frames;
  ReferenceCounts counts;
};

// A row for each policy and number of frames: policies in the request's order, frames within.
std::vector<ReplacementRow> compare_replacement(const ReplacementRequest& request);

// Faults by policy and frames, each column's least marked, and below it where more frames gave more faults (Belady's
// anomaly). Lines of at most 100 columns.
std::string fault_table(const ReplacementRequest& request, std::span<const ReplacementRow> rows);

// What stands in each frame after each reference, as textbooks draw it; `*` marks a fault, `w` a write. Lines of at
// most 100 columns: longer strings go on below.
std::string replacement_chart(const ReplacementRequest& request, const ReclaimerRow& policy, FrameSlot frames);

// As JSON: the object that `memory replace --json` writes.
std::string replacement_json(const ReplacementRequest& request, std::span<const ReplacementRow> rows);

}  // namespace signalbox
