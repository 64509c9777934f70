#include "kernel/machine/stall_report.hpp"

#include "kernel/fs/open_file.hpp"

namespace signalbox {
namespace {

// The other ends of the file that a thread waits at: who reads from what it writes to, or the reverse. It may be
// itself.
std::string other_ends(const ProcessTable& table, const Thread& waiter) {
  const auto& own = static_cast<const OpenFile&>(*waiter.file_in_use);
  const bool wants_reader = waiter.sleep_label.kind == WaitKind::room || !own.can_read();
  std::string ends;
  table.for_each_process([&](const Process& process) {
    for (std::size_t number = 0; number < process.descriptors.places(); ++number) {
      const Fd fd(static_cast<Fd::Value>(number));
      const auto open = process.descriptors.get(fd);
      if (!open.has_value() || &(*open)->file() != &own.file()) continue;
      if (wants_reader ? !(*open)->can_read() : !(*open)->can_write()) continue;
      const bool is_own = &process == &waiter.process;
      ends += (ends.empty() ? "" : ", ") +
              (is_own ? std::string("itself") : "pid " + std::to_string(process.pid.value())) + " fd " +
              std::to_string(number);
    }
  });
  const std::string what = wants_reader ? "read ends" : "write ends";
  return ends.empty() ? "(no " + what + ")" : "(" + what + ": " + ends + ")";
}

std::string object_of(const ProcessTable& table, const TraceNames& names, const Thread& thread) {
  const WaitKind kind = thread.sleep_label.kind;
  const bool is_at_end = kind == WaitKind::data || kind == WaitKind::room || kind == WaitKind::peer;
  if (is_at_end && thread.file_in_use != nullptr) return other_ends(table, thread);
  return std::string(names.name(thread.sleep_label.name));
}

}  // namespace

StallReport StallReport::of(const ProcessTable& table, const TraceNames& names, Instant now) {
  StallReport report{now, {}};
  table.for_each_thread([&](const Thread& thread) {
    if (thread.state != ThreadState::blocked || thread.process.is_of_kernel) return;
    report.threads.push_back({thread.tid, thread.process.pid, std::string(names.name(thread.name)),
                              thread.sleep_label.kind, object_of(table, names, thread), thread.sleep_since});
  });
  return report;
}

}  // namespace signalbox
