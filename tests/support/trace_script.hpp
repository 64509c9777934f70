#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "kernel/sim/trace_log.hpp"

namespace signalbox {

// Writes the facts of a run by hand, times in nanoseconds, and feeds them to sinks.
class TraceScript {
 public:
  using Time = std::int64_t;

  TraceScript(std::initializer_list<TraceSink*> sinks) {
    for (TraceSink* sink : sinks) log_.add_sink(*sink);
  }

  void machine(Time at, unsigned cpus) { emit(at, 0, 0, TraceKind::machine_started, 0, cpus); }
  void process(Time at, int pid, int parent, std::string_view name) {
    emit(at, pid, 0, TraceKind::process_created, 0, static_cast<std::uint64_t>(parent), id(name));
  }
  void create(Time at, int tid, int pid, std::string_view name) {
    emit(at, tid, 0, TraceKind::thread_created, 0, static_cast<std::uint64_t>(pid), id(name));
  }
  // Created and queued at once.
  void start(Time at, int tid, int pid, std::string_view name, unsigned cpu = 0, int by = 0) {
    create(at, tid, pid, name);
    ready(at, tid, cpu, ReadyReason::created, by);
  }
  void rename(Time at, int tid, std::string_view name) { emit(at, tid, 0, TraceKind::thread_renamed, 0, 0, id(name)); }
  void attributes(Time at, int tid, unsigned sched_class, std::uint64_t weight, std::uint64_t level) {
    emit(at, tid, 0, TraceKind::thread_attributes, sched_class, weight, level);
  }
  void ready(Time at, int tid, unsigned cpu = 0, ReadyReason reason = ReadyReason::woken, int by = 0) {
    emit(at, tid, cpu, TraceKind::thread_ready, static_cast<unsigned>(reason), static_cast<std::uint64_t>(by));
  }
  void blocked(Time at, int tid, WaitKind kind, unsigned cpu = 0, std::string_view object = {}) {
    emit(at, tid, cpu, TraceKind::thread_blocked, static_cast<unsigned>(kind), id(object), ~std::uint64_t{0});
  }
  void begin(Time at, int tid, unsigned cpu, SwitchKind kind = SwitchKind::process, std::uint64_t cost = 0) {
    emit(at, tid, cpu, TraceKind::run_begin, static_cast<unsigned>(kind), cost);
  }
  void end(Time at, int tid, unsigned cpu, SwitchReason reason, std::uint64_t user = 0, std::uint64_t kernel = 0) {
    emit(at, tid, cpu, TraceKind::run_end, static_cast<unsigned>(reason), user, kernel);
  }
  // Blocks or sleeps: thread_blocked and run_end.
  void wait(Time at, int tid, unsigned cpu, WaitKind kind, std::uint64_t user = 0, std::uint64_t kernel = 0) {
    blocked(at, tid, kind, cpu);
    end(at, tid, cpu, kind == WaitKind::time ? SwitchReason::slept : SwitchReason::blocked, user, kernel);
  }
  void exit(Time at, int tid, unsigned cpu, std::uint64_t user = 0, std::uint64_t kernel = 0) {
    emit(at, tid, cpu, TraceKind::thread_exited);
    end(at, tid, cpu, SwitchReason::exited, user, kernel);
  }
  void migrate(Time at, int tid, unsigned to, unsigned from) { emit(at, tid, to, TraceKind::thread_migrated, 0, from); }
  void activation_begun(Time at, int tid, std::uint64_t index, std::uint64_t latency) {
    emit(at, tid, 0, TraceKind::activation_begun, 0, index, latency);
  }
  void activation_ended(Time at, int tid, std::uint64_t index, std::optional<Time> slack) {
    emit(at, tid, 0, TraceKind::activation_ended, slack.has_value() ? 1 : 0, index,
         static_cast<std::uint64_t>(slack.value_or(0)));
  }
  void stop(Time at, RunEnd end = RunEnd::finished) {
    emit(at, 0, 0, TraceKind::machine_stopped, static_cast<unsigned>(end));
    log_.finish(Instant(at));
  }

  void emit(Time at, int thread, unsigned cpu, TraceKind kind, unsigned detail = 0, std::uint64_t a = 0,
            std::uint64_t b = 0) {
    log_.emit({Instant(at), Tid(thread), CpuId(static_cast<CpuId::Value>(cpu)), kind, static_cast<std::uint8_t>(detail),
               a, b});
    if (log_.is_full()) log_.flush();
  }
  void flush() { log_.flush(); }

 private:
  std::uint64_t id(std::string_view name) { return log_.intern(name).value(); }

  TraceLog log_;
};

}  // namespace signalbox
