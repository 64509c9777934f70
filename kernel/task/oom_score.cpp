#include "kernel/task/oom_score.hpp"

namespace signalbox {

OomCandidate oom_candidate(const Process& process) {
  OomCandidate candidate{.pid = process.pid,
                         .adjustment = process.oom_score_adj,
                         .is_exempt = process.space == nullptr,
                         .is_dying = process.is_oom_victim};
  if (candidate.is_exempt) return candidate;
  const ResidentCounters& resident = process.space->resident();
  candidate.resident_pages = resident.resident();
  candidate.swap_entries = resident.swapped;
  candidate.table_pages = process.space->table_pages();
  return candidate;
}

Result<void> set_oom_score_adj(Process& process, std::int64_t adjustment, const Credentials& writer) {
  if (adjustment < oom_exempt || adjustment > -oom_exempt) return Errno::einval;
  if (adjustment < process.least_oom_score_adj && !writer.is_privileged()) return Errno::eacces;
  process.oom_score_adj = static_cast<std::int16_t>(adjustment);
  if (writer.is_privileged()) process.least_oom_score_adj = process.oom_score_adj;
  return {};
}

}  // namespace signalbox
