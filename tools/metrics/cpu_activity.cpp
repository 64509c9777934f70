#include "tools/metrics/cpu_activity.hpp"

#include <string_view>

namespace signalbox {
namespace {

// What a thread sleeps on until a device has moved a page (MachineMemory); it waits for frames and work otherwise.
constexpr std::string_view device_wait = "page";

}  // namespace

TraceKinds CpuActivity::wanted() const {
  using enum TraceKind;
  return bit(machine_started) | bit(thread_ready) | bit(thread_blocked) | bit(run_begin) | bit(run_end) | bit(tick) |
         bit(cpu_offline) | bit(cpu_online);
}

void CpuActivity::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) apply(event, names);
}

CpuActivityCounts CpuActivity::counts(Instant now) {
  for (Cpu& cpu : cpus_) count(cpu, now);
  return counts_;
}

void CpuActivity::apply(const TraceEvent& event, const TraceNames& names) {
  using enum TraceKind;
  if (event.kind == machine_started) {
    cpus_.assign(event.a, {.since = event.when});
  } else if (event.kind == run_begin) {
    begin(event);
  } else if (event.kind == run_end) {
    end(event);
  } else if (event.kind == thread_blocked) {
    blocked(event, names);
  } else if (event.kind == thread_ready) {
    ready(event);
  } else if (event.kind == tick) {
    ++counts_.ticks;
  } else if (event.kind == cpu_offline || event.kind == cpu_online) {
    set_online(event, event.kind == cpu_online);
  }
}

void CpuActivity::count(Cpu& cpu, Instant now) {
  const Duration passed = now - cpu.since;
  cpu.since = now;
  if (passed <= Duration()) return;
  if (cpu.is_busy) {
    counts_.busy += passed;
  } else if (cpu.is_online) {
    (cpu.device_waiters > 0 ? counts_.waiting : counts_.idle) += passed;
  }
  if (cpu.is_busy || cpu.is_in_idle_loop) return;
  cpu.is_in_idle_loop = true;
  ++counts_.switches;
}

void CpuActivity::begin(const TraceEvent& event) {
  Cpu& cpu = cpus_[event.cpu.value()];
  count(cpu, event.when);
  if (cpu.is_in_idle_loop || static_cast<SwitchKind>(event.detail) != SwitchKind::resumed) ++counts_.switches;
  cpu.is_busy = true;
  cpu.is_in_idle_loop = false;
}

void CpuActivity::end(const TraceEvent& event) {
  Cpu& cpu = cpus_[event.cpu.value()];
  count(cpu, event.when);
  cpu.is_busy = false;
  counts_.user += Duration(static_cast<std::int64_t>(event.a));
}

void CpuActivity::set_online(const TraceEvent& event, bool is_online) {
  Cpu& cpu = cpus_[event.cpu.value()];
  count(cpu, event.when);
  cpu.is_online = is_online;
}

void CpuActivity::blocked(const TraceEvent& event, const TraceNames& names) {
  if (static_cast<WaitKind>(event.detail) != WaitKind::memory) return;
  if (names.name(NameId(static_cast<NameId::Value>(event.a))) != device_wait) return;
  if (!device_waiters_.emplace(event.thread, event.cpu).second) return;
  Cpu& cpu = cpus_[event.cpu.value()];
  count(cpu, event.when);
  ++cpu.device_waiters;
}

void CpuActivity::ready(const TraceEvent& event) {
  if (static_cast<ReadyReason>(event.detail) == ReadyReason::timed_out) ++counts_.timers;
  const auto found = device_waiters_.find(event.thread);
  if (found == device_waiters_.end()) return;
  Cpu& cpu = cpus_[found->second.value()];
  count(cpu, event.when);
  --cpu.device_waiters;
  device_waiters_.erase(found);
}

}  // namespace signalbox
