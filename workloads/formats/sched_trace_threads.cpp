#include "workloads/formats/sched_trace_threads.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace signalbox {
namespace {

constexpr std::int64_t nobody = -1;  // whom a wake wakes that is not confirmed
constexpr int usual_priority = 120;

bool is_for_nobody(const RecordedStep& step) { return step.deed == RecordedDeed::wake && step.value == nobody; }

// And joins the runs on both sides of one.
void drop_idle_wakes(std::vector<RecordedStep>& steps) {
  std::size_t kept = 0;
  for (const RecordedStep& step : steps) {
    if (is_for_nobody(step)) continue;
    const bool continues = kept > 0 && step.deed == RecordedDeed::run && steps[kept - 1].deed == RecordedDeed::run;
    if (continues) {
      steps[kept - 1].value += step.value;
    } else {
      steps[kept++] = step;
    }
  }
  steps.resize(kept);
  steps.shrink_to_fit();
}

// As tracers print a thread whose name they do not know.
bool is_known_comm(std::string_view comm) { return !comm.empty() && comm != "<...>" && !comm.starts_with(':'); }

std::string printable(std::string_view comm) {
  std::string text(comm);
  for (char& letter : text) {
    if (has_control_character({&letter, 1})) letter = '?';
  }
  return text;
}

// Processes that more than one thread of the recording belongs to, by tgid; each named as its first thread.
std::map<std::int32_t, std::string> shared_processes(const std::deque<TraceThread>& threads,
                                                     const std::vector<std::string>& names) {
  std::map<std::int32_t, std::size_t> members;
  for (const TraceThread& thread : threads) {
    if (thread.tgid != 0) ++members[thread.tgid];
  }
  std::map<std::int32_t, std::string> shared;
  for (std::size_t index = 0; index < threads.size(); ++index) {
    const std::int32_t tgid = threads[index].tgid;
    if (tgid != 0 && members[tgid] > 1) shared.try_emplace(tgid, names[index]);
  }
  return shared;
}

}  // namespace

std::optional<TraceThreadId> SchedTraceThreads::find(std::int32_t pid) const {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? std::nullopt : std::optional(found->second);
}

TraceThreadId SchedTraceThreads::add(std::int32_t pid, std::string_view comm, Instant arrival, unsigned line) {
  const auto id = static_cast<TraceThreadId>(threads_.size());
  TraceThread& thread = threads_.emplace_back();
  thread.pid = pid;
  thread.arrival = thread.since = arrival;
  thread.line = line;
  rename(id, comm);
  by_pid_[pid] = id;
  return id;
}

void SchedTraceThreads::end(TraceThreadId id, unsigned line) {
  TraceThread& thread = threads_[id];
  flush_run(thread, line);
  thread.state = TraceThreadState::ended;
  const auto found = by_pid_.find(thread.pid);
  if (found != by_pid_.end() && found->second == id) by_pid_.erase(found);
}

void SchedTraceThreads::rename(TraceThreadId id, std::string_view comm) {
  TraceThread& thread = threads_[id];
  if (thread.comm != comm && is_known_comm(comm)) thread.comm = comm;
}

void SchedTraceThreads::set_priority(TraceThreadId id, int priority, unsigned line) {
  TraceThread& thread = threads_[id];
  if (!thread.first_priority) {
    thread.first_priority = priority;
  } else if (thread.priority != priority) {
    add_step(id, RecordedDeed::priority, priority, line);
  }
  thread.priority = priority;
}

void SchedTraceThreads::add_step(TraceThreadId id, RecordedDeed deed, std::int64_t value, unsigned line) {
  TraceThread& thread = threads_[id];
  flush_run(thread, line);
  thread.steps.push_back({value, line, deed});
}

TraceWake SchedTraceThreads::add_wake(std::optional<TraceThreadId> waker, Instant when, unsigned line) {
  if (!waker) return {when, {}, 0};
  add_step(*waker, RecordedDeed::wake, nobody, line);
  return {when, waker, threads_[*waker].steps.size() - 1};
}

void SchedTraceThreads::confirm(const TraceWake& wake, TraceThreadId sleeper) {
  if (wake.waker) threads_[*wake.waker].steps[wake.step].value = sleeper;
}

void SchedTraceThreads::flush_run(TraceThread& thread, unsigned line) {
  if (thread.run == Duration()) return;
  const std::int64_t length = std::exchange(thread.run, Duration()).nanoseconds();
  if (!thread.steps.empty() && thread.steps.back().deed == RecordedDeed::run) {
    thread.steps.back().value += length;
  } else {
    thread.steps.push_back({length, line, RecordedDeed::run});
  }
}

std::vector<std::string> SchedTraceThreads::names() const {
  std::vector<std::string> names;
  boost::unordered_flat_map<std::string, unsigned> uses;
  for (const TraceThread& thread : threads_) {
    std::string name = fmt::format("{}-{}", thread.comm.empty() ? "thread" : printable(thread.comm), thread.pid);
    const unsigned use = ++uses[name];
    if (use > 1) name += fmt::format("'{}", use);
    names.push_back(std::move(name));
  }
  return names;
}

Task SchedTraceThreads::task_of(TraceThread& thread, const std::string& file, Instant beginning) const {
  Task task;
  task.instances = thread.is_started ? 0 : 1;
  task.delay = thread.arrival - beginning;
  task.loop = 1;
  task.place = {file, thread.line, 1};
  const int priority = thread.first_priority.value_or(usual_priority);
  if (priority != usual_priority) task.sched.attributes = attributes_of_priority(priority);
  std::vector<RecordedStep> steps = std::move(thread.steps);
  drop_idle_wakes(steps);
  Phase& phase = task.phases.emplace_back();
  phase.name = "recorded";
  phase.events.push_back({RecordingEvent{std::move(steps)}, task.place});
  return task;
}

std::vector<Task> SchedTraceThreads::take_tasks(const std::string& file, Instant beginning) {
  const std::vector<std::string> all_names = names();
  const auto processes = shared_processes(threads_, all_names);
  std::vector<Task> tasks;
  tasks.reserve(threads_.size());
  for (TraceThread& thread : threads_) {
    flush_run(thread, thread.line);
    Task& task = tasks.emplace_back(task_of(thread, file, beginning));
    task.name = all_names[tasks.size() - 1];
    const auto process = processes.find(thread.tgid);
    if (process != processes.end()) task.process = process->second;
  }
  return tasks;
}

}  // namespace signalbox
