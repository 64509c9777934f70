#include "kernel/task/process.hpp"

namespace signalbox {

Process::Process(Pid pid_, Process* parent_) : pid(pid_), parent(parent_), group(pid_.value()), session(pid_.value()) {
  if (parent == nullptr) return;
  group = parent->group;
  session = parent->session;
  credentials = parent->credentials;
  limits = parent->limits;
}

CpuTimes Process::times() const {
  CpuTimes sum = ended_threads;
  for (const Thread& thread : threads) {
    if (thread.state != ThreadState::exited) sum += thread.times;
  }
  return sum;
}

}  // namespace signalbox
