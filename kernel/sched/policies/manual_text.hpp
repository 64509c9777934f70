#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// `thread` runs next on `cpu`.
struct ManualDecision {
  Tid thread;
  CpuId cpu;
  std::optional<Instant> at;  // not before; none: as soon as the decision before it is done
  Duration length;            // at the longest; 0: until it waits, yields or ends
};

// Reads decisions, one a line, in this grammar; # begins a comment, and a clause may stand once, in any place:
//
//   decision = TID { "cpu" N | "at" TIME | "for" TIME }
//
// TID is a thread's number, as tables and traces print it, because a policy knows no names; N counts from 0 and is 0
// where nothing is said; TIME carries a unit and, after "at", counts from the start. The times of one CPU do not go
// back.
std::variant<std::vector<ManualDecision>, OptionFileError> parse_manual(std::string_view text);

// The same, for those who only want to know what is wrong.
std::optional<OptionFileError> check_manual(std::string_view text);

}  // namespace signalbox
