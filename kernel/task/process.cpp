#include "kernel/task/process.hpp"

namespace signalbox {

Process::Process(Pid pid_, Process* parent_) : pid(pid_), parent(parent_), group(pid_.value()), session(pid_.value()) {
  if (parent == nullptr) return;
  group = parent->group;
  session = parent->session;
  credentials = parent->credentials;
  limits = parent->limits;
  oom_score_adj = parent->oom_score_adj;
  least_oom_score_adj = parent->least_oom_score_adj;
  descriptors = parent->descriptors;
  folder = parent->folder;
  umask = parent->umask;
}

CpuTimes Process::times() const {
  CpuTimes sum = ended_threads;
  for (const Thread& thread : threads) {
    if (thread.state != ThreadState::exited) sum += thread.times;
  }
  return sum;
}

MemoryUsage Process::memory_usage() const {
  MemoryUsage sum = ended_memory;
  for (const Thread& thread : threads) {
    if (thread.state != ThreadState::exited) sum += {thread.memory.minor_faults, thread.memory.major_faults};
  }
  if (space != nullptr) sum.peak_pages = std::max(sum.peak_pages, space->resident().peak);
  return sum;
}

MemoryLimits Process::memory_limits() const {
  const bool is_privileged = credentials.is_privileged();
  return {.address_space = limits.get(Resource::address_space).soft,
          .data = limits.get(Resource::data).soft,
          .data_hard = limits.get(Resource::data).hard,
          .stack = limits.get(Resource::stack).soft,
          .locked = limits.get(Resource::locked).soft,
          .resident = limits.get(Resource::resident).soft,
          .may_lock = is_privileged,
          .is_admin = is_privileged,
          .may_map_low = is_privileged};
}

void Process::limits_changed() {
  if (space != nullptr) space->map().limits = memory_limits();
  if (compiled != nullptr) compiled->map().limits = memory_limits();
}

}  // namespace signalbox
