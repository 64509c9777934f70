#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "kernel/calls/user_types.hpp"
#include "kernel/machine/machine.hpp"
#include "kernel/sim/trace_hash.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/caller.hpp"
#include "tools/metrics/run_metrics.hpp"

namespace signalbox {

// Who reads the trace: nobody, or those who read every run of the tools.
enum class Readers : std::uint8_t { none, metrics_and_hash };

// CPUs in NUMA nodes of at most 64, each of cores with two CPUs and caches that 16 CPUs share, as many as there are.
Topology bench_topology(unsigned cpus);

// A textbook machine with all kernel calls, and one process whose threads a row measures. They run
// on compact stacks; the first thread only creates them.
class BenchMachine {
 public:
  using Body = std::function<void(Caller& caller, unsigned index)>;

  BenchMachine(const Topology& topology, std::string_view policy, Readers readers, TraceSink* exporter = nullptr);
  // CPUs that are all alike, under round_robin.
  BenchMachine(unsigned cpus, Readers readers, TraceSink* exporter = nullptr)
      : BenchMachine(Topology::uniform(cpus), "round_robin", readers, exporter) {}

  // `body(caller, index)` on each of `count` threads.
  void spawn(unsigned count, Body body);
  RunEnd run(Instant limit = Instant::max()) { return machine_->run(limit); }
  // To the end: every thread leaves, and the readers are told so.
  void finish();

  Instant now() const { return simulation_.now(); }

 private:
  TraceHash hash_;
  RunMetrics metrics_;
  SyscallTable calls_;
  Simulation simulation_;
  Body body_;
  std::unique_ptr<Machine> machine_;
};

// So many processes, each with `body` as its only thread, on a machine of one CPU with so much RAM; to the end.
void run_in_memory(std::uint64_t ram_bytes, unsigned processes, const std::function<void(Caller&)>& body,
                   StackKind stack = StackKind::compact);

// For a thread on a compact stack.
ThreadRequest compact_request(Program program);

// System calls as a program makes them; inlined, because a program's own wrapper is no part of what is measured.
[[gnu::always_inline]] inline void nanosleep(Caller& caller, Duration length) {
  const std::int64_t seconds = length < 1_s ? 0 : length / 1_s;  // a division is no part of what is measured either
  const TimeSpec time{.seconds = seconds, .nanoseconds = (length - seconds * 1_s).nanoseconds()};
  caller.syscall({.number = call_number::nanosleep, .arguments = {reinterpret_cast<std::uint64_t>(&time)}});
}
[[gnu::always_inline]] inline void sched_yield(Caller& caller) { caller.syscall({.number = call_number::sched_yield}); }

// Private memory of so many pages.
VirtAddr private_pages(Caller& caller, std::uint64_t pages);

// Scatters numbers: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), its mixer.
constexpr std::uint64_t scatter(std::uint64_t value) {
  value = (value + 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace signalbox
