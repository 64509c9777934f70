#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/mm/reclaim/reference_run.hpp"
#include "kernel/mm/reclaim/registry.hpp"

namespace signalbox {

using ReferenceString = std::vector<PageReference>;

// "1 2 3w": pages by number; w marks a write.
inline ReferenceString references(std::string_view text) {
  ReferenceString all;
  for (const char c : text) {
    if (c == 'w') {
      all.back().is_write = true;
    } else if (c != ' ') {
      all.push_back({.page = static_cast<PageKey>(c - '0')});
    }
  }
  return all;
}

inline std::uint64_t faults(std::string_view policy, const ReferenceString& string, ReferenceSettings settings) {
  const ReclaimerRow* const row = find_reclaimer(policy);
  EXPECT_NE(row, nullptr) << policy;
  return ReferenceRun(*row, string, settings).finish().faults;
}
inline std::uint64_t faults(std::string_view policy, const ReferenceString& string, FrameSlot frames) {
  return faults(policy, string, ReferenceSettings{.frames = frames});
}
// For 1, 2, 3... frames.
inline std::vector<std::uint64_t> faults_up_to(std::string_view policy, const ReferenceString& string,
                                               FrameSlot most_frames) {
  std::vector<std::uint64_t> all;
  for (FrameSlot frames = 1; frames <= most_frames; ++frames) all.push_back(faults(policy, string, frames));
  return all;
}

// In the order in which they lost their frames.
inline std::vector<PageKey> evicted(std::string_view policy, const ReferenceString& string,
                                    ReferenceSettings settings) {
  ReferenceRun run(*find_reclaimer(policy), string, settings);
  std::vector<PageKey> pages;
  for (std::size_t i = 0; i < string.size(); ++i) {
    if (const ReferenceStep step = run.step(); step.evicted) pages.push_back(*step.evicted);
  }
  return pages;
}

// Published strings (design/memory.md, 4.1, names where their counts were published).
inline const ReferenceString silberschatz = references("7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1");
inline const ReferenceString silberschatz_exercise = references("1 2 3 4 2 1 5 6 2 1 2 3 7 6 3 2 1 2 3 6");
inline const ReferenceString belady = references("1 2 3 4 1 2 5 1 2 3 4 5");
inline const ReferenceString belady_other = references("3 2 1 0 3 2 4 3 2 1 0 4");
inline const ReferenceString ostep = references("0 1 2 0 1 3 0 3 1 2 1");
inline const ReferenceString stallings = references("2 3 2 1 5 2 4 5 3 2 5 2");
inline const ReferenceString tanenbaum = references("0 1 7 2 3 2 7 1 0 3");

}  // namespace signalbox
