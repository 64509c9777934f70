#include "tools/commands/ended_programs.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "kernel/task/wait_status.hpp"

namespace signalbox {

TraceKinds EndedPrograms::wanted() const {
  using enum TraceKind;
  return bit(process_created) | bit(thread_renamed) | bit(process_exited);
}

void EndedPrograms::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) {
    const Tid::Value pid = event.thread.value();
    if (event.kind == TraceKind::process_created) names_[pid] = NameId(static_cast<NameId::Value>(event.b));
    if (event.kind == TraceKind::thread_renamed && names_.contains(pid))
      names_[pid] = NameId(static_cast<NameId::Value>(event.b));
    if (event.kind != TraceKind::process_exited) continue;
    const WaitStatus status = WaitStatus::from_raw(static_cast<std::int32_t>(event.a));
    if (status.was_signaled() && status.signal() != SIGKILL) {
      const char* const what = sigdescr_np(status.signal());
      fmt::print(stderr, "{}: process {} ended by signal {} ({}) at {} ns\n", names.name(names_[pid]), pid,
                 status.signal(), what != nullptr ? what : "a real-time signal", event.when.nanoseconds());
    }
    names_.erase(pid);
  }
}

}  // namespace signalbox
