#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/formats/sched_trace_clock.hpp"
#include "workloads/formats/sched_trace_fields.hpp"
#include "workloads/formats/sched_trace_line.hpp"
#include "workloads/formats/sched_trace_report.hpp"
#include "workloads/formats/sched_trace_threads.hpp"

namespace signalbox {

// Follows a recording event by event: who is on which CPU, who sleeps since when, who woke whom. Where events are
// missing it goes on with what is certain, and the report counts that.
class SchedTraceHistory {
 public:
  static constexpr unsigned most_cpus = 4096;

  explicit SchedTraceHistory(const std::string& file) : file_(file), clock_(report_) {}

  // Throws InputError for a CPU number or a time that no recording has.
  void feed(const SchedTraceLine& line, unsigned number);
  // The recorder says that it begins with this CPU only here: what was before is not known.
  void cpu_begins(unsigned cpu);

  SchedTraceReport& report() { return report_; }
  // Closes what still runs at the last event.
  std::vector<Task> take_tasks();
  unsigned highest_cpu_count() const { return static_cast<unsigned>(cpus_.size()); }

 private:
  // Who is on a CPU: a thread, nobody, or it is not known.
  struct Occupant {
    enum class Kind : std::uint8_t { unknown, idle, thread } kind = Kind::unknown;
    TraceThreadId thread = 0;
    bool operator==(const Occupant&) const = default;
  };
  struct Cpu {
    Occupant occupant;
    Instant since;  // accounted until then
    Instant last_event;
    bool is_seen = false;
    bool begins_late = false;
  };

  Cpu& cpu_of(unsigned number);
  Occupant occupant_of(std::int32_t pid, std::string_view comm, Instant first_seen);
  void settle(Cpu& cpu, Instant until);
  void occupy(Cpu& cpu, Occupant occupant, Instant when);
  void expect(Cpu& cpu, Occupant occupant);
  Instant earliest_begin(const Cpu& cpu, Occupant occupant);
  void vacate(Cpu& cpu);
  void leave(Cpu& cpu, LeftCpu how);
  void fall_asleep(TraceThreadId id);

  void apply(Cpu& cpu, const SchedTraceLine& line);
  void on_switch(Cpu& cpu, const SchedTraceLine& line);
  void on_wake(Cpu& cpu, const SchedTraceLine& line);
  void on_wakeup_new(Cpu& cpu, const SchedTraceLine& line);
  void on_fork(Cpu& cpu, std::optional<ForkFields> fields);
  void wake(TraceThreadId sleeper, std::optional<TraceThreadId> waker, bool is_first_sign);
  void end_sleep(TraceThreadId sleeper, std::optional<TraceThreadId> waker);
  void add_sleep(TraceThreadId id, Instant until);
  TraceThreadId start(Cpu& cpu, std::int32_t pid, std::string_view comm);
  void note_priority(TraceThreadId thread, int priority);
  void note_damage() { report_.damaged.note(line_); }

  std::string file_;
  SchedTraceReport report_;
  SchedTraceClock clock_;
  SchedTraceThreads threads_;
  std::vector<Cpu> cpus_;
  bool has_waking_ = false;  // then wakeups say it a second time
  unsigned line_ = 0;
  Instant now_;
  std::optional<TraceThreadId> actor_;  // whose deed the event is; none: an interrupt's, or nobody's
};

}  // namespace signalbox
