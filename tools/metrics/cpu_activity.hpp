#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "kernel/sim/trace_sink.hpp"

namespace signalbox {

// What all CPUs of a machine have done since it started, as /proc/stat counts it (proc(5), Linux 6.1).
struct CpuActivityCounts {
  Duration user;     // of stretches that have ended
  Duration busy;     // a thread had the CPU, the switch to it included
  Duration idle;     // nobody had, and nobody who last ran there waits for a device
  Duration waiting;  // nobody had, and somebody does (iowait)
  std::uint64_t ticks = 0;
  std::uint64_t timers = 0;    // that woke somebody
  std::uint64_t switches = 0;  // to another thread, or to the idle loop (nr_switches)
};

// Adds up a run's facts at any instant of it, where RunMetrics does at its end. CPUs that are offline count in nothing.
class CpuActivity final : public TraceSink {
 public:
  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;

  // Up to an instant that no fact told so far is later than.
  CpuActivityCounts counts(Instant now);
  // Threads that wait for a device now.
  std::size_t device_waiters() const { return device_waiters_.size(); }

 private:
  struct Cpu {
    Instant since;  // counted until then
    unsigned device_waiters = 0;
    bool is_busy = false;
    bool is_in_idle_loop = true;
    bool is_online = true;
  };

  void apply(const TraceEvent& event, const TraceNames& names);
  void count(Cpu& cpu, Instant now);
  void begin(const TraceEvent& event);
  void end(const TraceEvent& event);
  void set_online(const TraceEvent& event, bool is_online);
  void blocked(const TraceEvent& event, const TraceNames& names);
  void ready(const TraceEvent& event);

  std::vector<Cpu> cpus_;
  std::map<Tid, CpuId> device_waiters_;  // and where each ran last
  CpuActivityCounts counts_;
};

}  // namespace signalbox
