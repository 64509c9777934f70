#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/task/program.hpp"
#include "workloads/input_error.hpp"
#include "workloads/recording.hpp"

namespace signalbox {

// What a scripted task does, one after the other. Objects are named; equal names are the same object, shared by every
// task of the scenario, as in rt-app (whose words these are).
struct RunEvent {
  Duration duration;
};  // computes: at full capacity, so longer on a slower CPU
struct RuntimeEvent {
  Duration duration;
};  // computes for this long on the clock, however fast the CPU
struct SleepEvent {
  Duration duration;
};
enum class TimerMode : std::uint8_t { relative, absolute };
struct TimerEvent {  // sleeps until the next period of the timer
  std::string timer;
  Duration period;
  TimerMode mode = TimerMode::relative;  // relative: a missed period restarts the timer from now
  bool is_per_instance = false;          // the ref began with "unique"
};
struct LockEvent {
  std::string mutex;
};
struct UnlockEvent {
  std::string mutex;
};
struct WaitEvent {
  std::string condition, mutex;
};  // pthread_cond_wait
struct SignalEvent {
  std::string condition;
};  // wakes one waiter
struct BroadcastEvent {
  std::string condition;
};  // wakes all
struct SyncEvent {
  std::string condition, mutex;
};  // signal, then wait
struct BarrierEvent {
  std::string barrier;
};  // as many parties as tasks that name it
struct SuspendEvent {
  std::string task;
};  // locks the mutex of this name, waits on the condition of this name, unlocks: the tables are wait's and lock's
struct ResumeEvent {
  std::string task;
};  // wakes all who wait on the condition of this name
struct SemaphorePostEvent {
  std::string semaphore;
};
struct SemaphoreWaitEvent {
  std::string semaphore;
};
struct YieldEvent {};
struct ForkEvent {
  std::string task;
};  // starts one more instance of a task
struct ExitEvent {};
// rt-app's memory and I/O events work on a buffer that each thread has (src/rt-app.c, memload and ioload).
struct MemsetEvent {
  std::uint64_t bytes = 0;
};  // "mem": writes so many zeroes, from the buffer's begin again whenever it is full
struct IoRunEvent {
  std::uint64_t bytes = 0;
};  // "iorun": writes so many bytes to Scenario::io_device, at most a buffer at once
enum class BufferWork : std::uint8_t { write, read, chase };
enum class AccessPattern : std::uint8_t { sequential, random };
struct MemoryRunEvent {
  BufferWork work = BufferWork::write;                // write, read: byte by byte; chase: along a chain of pointers
  std::uint64_t size = 0;                             // of the buffer, in bytes
  std::uint64_t count = 0;                            // of accesses
  std::uint64_t stride = 0;                           // of a chase: bytes from a pointer to its neighbour
  AccessPattern pattern = AccessPattern::sequential;  // of a chase: neighbour after neighbour, or bit-reversed
  std::string buffer = {};                            // shared by all that name it; empty: the thread's own
};
struct TouchEvent {
  std::uint64_t bytes = 0;
  AccessPattern pattern = AccessPattern::sequential;
};  // writes to each page of the first so many bytes of the thread's buffer; no event of rt-app's
struct MallocEvent {
  std::uint64_t bytes = 0;
  std::uint64_t count = 1;  // of blocks
  std::string ref;          // blocks of a process that are known by one name
};  // allocates in the process's heap and writes to each page of the blocks; no event of rt-app's
struct FreeEvent {
  std::string ref;
  std::uint64_t count = 1;  // of the blocks that came last; what is not there is no error, as free(NULL)
};  // no event of rt-app's
struct RecordingEvent {
  std::vector<RecordedStep> steps;
};  // what a recorded thread did, from its first step to its last

using ScriptAction = std::variant<RunEvent, RuntimeEvent, SleepEvent, TimerEvent, LockEvent, UnlockEvent, WaitEvent,
                                  SignalEvent, BroadcastEvent, SyncEvent, BarrierEvent, SuspendEvent, ResumeEvent,
                                  SemaphorePostEvent, SemaphoreWaitEvent, YieldEvent, ForkEvent, ExitEvent, MemsetEvent,
                                  IoRunEvent, MemoryRunEvent, TouchEvent, MallocEvent, FreeEvent, RecordingEvent>;

struct ScriptEvent {
  ScriptAction action;
  SourcePlace place;
};

// What a task or a phase asks of the scheduler; what it does not name stays as it was.
struct SchedRequest {
  std::optional<SchedAttributes> attributes;
  std::optional<std::vector<CpuId>> cpus;  // an empty list: every CPU of the machine again
  std::optional<std::string> group = {};   // the path of a task group (task_groups.hpp)
};

// Events in order, `loop` times.
struct Phase {
  std::string name;
  std::int64_t loop = 1;  // -1: for ever
  SchedRequest sched;
  std::vector<ScriptEvent> events;
};

// A native program (workloads/native) with its arguments.
struct ProgramCall {
  std::string name;
  std::map<std::string, std::string> arguments;
  SourcePlace place;
  std::map<std::string, SourcePlace> places = {};  // of the arguments, by name; that of the call where it is missing
};

// Makes programs of another kind than those here: compiled ones (workloads/posix).
class ProgramSource {
 public:
  ProgramSource() = default;
  ProgramSource(const ProgramSource&) = delete;
  ProgramSource& operator=(const ProgramSource&) = delete;
  virtual ~ProgramSource() = default;

  // What a process runs, once. Throws InputError.
  virtual Program make() const = 0;
};

// One kind of thread: `instances` of it start `delay` after the beginning.
struct Task {
  std::string name;
  std::int64_t instances = 1;  // 0: only started by a fork event
  Duration delay;
  std::int64_t loop = -1;  // how often all phases are gone through; -1: for ever
  SchedRequest sched;
  std::vector<Phase> phases;  // a script; empty where `program` is set
  std::optional<ProgramCall> program;
  std::shared_ptr<const ProgramSource> source = {};  // instead of a script or a native program
  std::optional<std::int16_t> oom_score_adj = {};    // of its process, set when an instance starts; none: its maker's
  std::string process;  // tasks that name the same process are threads of it; empty: a process of its own
  SourcePlace place;
};

// rt-app, doc/tutorial.txt, "global object".
inline constexpr std::uint64_t default_memory_buffer = std::uint64_t{4} << 20;
inline constexpr std::string_view default_io_device = "/dev/null";

// The one value that every workload format parses into and every generator returns.
struct Scenario {
  std::string name;
  std::string format;                              // the format's name, such as "rt-app"
  std::optional<Duration> duration;                // the run ends then, finished or not
  std::string machine;                             // the machine it asks for; empty: the user's choice
  SourcePlace machine_place = {};                  // where it does
  bool inherits_priority = false;                  // mutexes of scripts are PTHREAD_PRIO_INHERIT
  unsigned cpus = 0;                               // where it was recorded; a machine has no fewer by itself
  std::vector<Task> tasks;                         // in file order
  std::map<std::string, std::int64_t> semaphores;  // what a semaphore starts with; one that is not here starts with 0
  std::uint64_t memory_buffer = default_memory_buffer;  // bytes of each thread's buffer
  std::string io_device{default_io_device};
  std::vector<std::string> notes;  // what was read and has no effect here, for the report; one line each
};

}  // namespace signalbox
