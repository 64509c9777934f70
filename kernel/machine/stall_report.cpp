#include "kernel/machine/stall_report.hpp"

namespace signalbox {

StallReport StallReport::of(const ProcessTable& table, const TraceNames& names, Instant now) {
  StallReport report{now, {}};
  table.for_each_thread([&](const Thread& thread) {
    if (thread.state != ThreadState::blocked || thread.process.is_of_kernel) return;
    report.threads.push_back({thread.tid, thread.process.pid, std::string(names.name(thread.name)),
                              thread.sleep_label.kind, std::string(names.name(thread.sleep_label.name)),
                              thread.sleep_since});
  });
  return report;
}

}  // namespace signalbox
