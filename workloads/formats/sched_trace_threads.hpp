#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/time.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

using TraceThreadId = std::uint32_t;

// Which of its steps ends another thread's sleep.
struct TraceWake {
  Instant when;
  std::optional<TraceThreadId> waker;  // none: an interrupt
  std::size_t step = 0;                // of the waker's
};

enum class TraceThreadState : std::uint8_t { created, runnable, running, asleep, ended };

// What is known of one recorded thread.
struct TraceThread {
  std::string comm;
  std::int32_t pid = 0;
  std::int32_t tgid = 0;  // 0: not known
  TraceThreadState state = TraceThreadState::created;
  std::uint32_t cpu = 0;                // while it runs
  Instant since;                        // when it came to this state, if it does not run
  std::optional<TraceWake> early_wake;  // while it was awake, perhaps on its way to sleep
  std::optional<int> first_priority;
  int priority = 0;
  Instant arrival;
  bool is_started = false;  // by another thread's step
  unsigned line = 0;        // where it is first met
  Duration run;             // not yet in `steps`
  std::vector<RecordedStep> steps;
};

// The threads of a recording, each with its script as far as it is known.
class SchedTraceThreads {
 public:
  TraceThread& operator[](TraceThreadId thread) { return threads_[thread]; }
  std::size_t size() const { return threads_.size(); }

  // The living thread of this pid.
  std::optional<TraceThreadId> find(std::int32_t pid) const;
  // A new one. One of the same pid that still lives is forgotten.
  TraceThreadId add(std::int32_t pid, std::string_view comm, Instant arrival, unsigned line);
  void end(TraceThreadId thread, unsigned line);

  void rename(TraceThreadId thread, std::string_view comm);
  // Priority by the kernel's number; the first one known is what it begins with.
  void set_priority(TraceThreadId thread, int priority, unsigned line);

  void add_step(TraceThreadId thread, RecordedDeed deed, std::int64_t value, unsigned line);
  // A step that wakes somebody, but not before confirm() says whom.
  TraceWake add_wake(std::optional<TraceThreadId> waker, Instant when, unsigned line);
  void confirm(const TraceWake& wake, TraceThreadId sleeper);

  // All of them as tasks, in the order in which they were met. Takes their steps.
  std::vector<Task> take_tasks(const std::string& file, Instant beginning);

 private:
  void flush_run(TraceThread& thread, unsigned line);
  std::vector<std::string> names() const;
  Task task_of(TraceThread& thread, const std::string& file, Instant beginning) const;

  std::deque<TraceThread> threads_;  // a deque: references stay
  boost::unordered_flat_map<std::int32_t, TraceThreadId> by_pid_;
};

}  // namespace signalbox
