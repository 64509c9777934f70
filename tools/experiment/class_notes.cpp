#include "tools/experiment/class_notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

// Whether a task asks for a class of this rank, at first or in a phase.
template <class IsWanted>
bool has_class(const Scenario& scenario, IsWanted is_wanted) {
  const auto asks = [&](const SchedRequest& request) {
    return request.attributes && is_wanted(class_rank(*request.attributes));
  };
  return std::ranges::any_of(scenario.tasks, [&](const Task& task) {
    return asks(task.sched) || std::ranges::any_of(task.phases, asks, &Phase::sched);
  });
}

void add_note(std::vector<std::string>& notes, std::string_view what, bool PolicyRow::* heeds,
              std::span<const PolicyChoice> policies) {
  std::vector<std::string> deaf;
  for (const PolicyChoice& policy : policies) {
    if (!(policy.row->*heeds)) deaf.push_back(policy.spelled());
  }
  if (deaf.empty()) return;
  std::vector<std::string_view> others;
  for (const PolicyRow* const row : all_policies()) {
    if (row->*heeds) others.push_back(row->name);
  }
  const std::string_view last = others.back();
  others.pop_back();
  notes.push_back(fmt::format("{} by {}; {} and {} do", what, fmt::join(deaf, ", "), fmt::join(others, ", "), last));
}

}  // namespace

std::vector<std::string> class_notes(const Setting& setting, std::span<const PolicyChoice> policies) {
  std::vector<std::string> notes;
  if (has_class(setting.scenario, [](ClassRank rank) { return rank != deadline_rank && rank < fair_rank; })) {
    add_note(notes, "SCHED_FIFO and SCHED_RR are not heeded", &PolicyRow::heeds_realtime, policies);
  }
  if (has_class(setting.scenario, [](ClassRank rank) { return rank == deadline_rank; })) {
    add_note(notes, "SCHED_DEADLINE is not heeded", &PolicyRow::heeds_deadlines, policies);
  }
  return notes;
}

}  // namespace signalbox
