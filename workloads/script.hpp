#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/entity.hpp"

namespace signalbox {

// What an instruction does; `object` and `other` say which of ScriptObjects, or which task.
enum class ScriptOp : std::uint8_t {
  run,      // computes `duration` at full capacity
  runtime,  // computes until `duration` has passed
  stretch,  // computes `duration` less what its calls have cost since the last one
  sleep,
  timer,           // object: a timer shared by all; `duration` is its period
  instance_timer,  // object: one of the instance's own
  lock,
  unlock,
  wait,  // object: a condition; other: a mutex
  signal,
  broadcast,
  barrier,
  post,
  acquire,
  yield,
  fork,           // object: a task's position in the scenario
  set_scheduler,  // object: which of Script::attributes
  set_affinity,   // object: which of Script::affinities
  set_group,      // object: the number of a TaskGroup
  memory,         // object: which of Script::memory
  exit,
};

// How long a thread will compute from here until it next waits, by where its loops stand.
struct ScriptBurst {
  Duration if_repeated;  // the phase has another turn
  Duration if_left;      // this is its last turn, and the task goes on
  Duration if_ended;     // and the task ends with it
};

// One step of a script: an event, or a part of one (a sync is a signal and a wait).
struct ScriptInstruction {
  ScriptOp op = ScriptOp::exit;
  bool is_absolute = false;  // of a timer: a missed period is caught up
  std::uint32_t object = 0;
  std::uint32_t other = 0;
  std::uint32_t burst = no_burst;  // where it may wait: which of Script::bursts comes after it
  Duration duration{};

  static constexpr std::uint32_t no_burst = std::numeric_limits<std::uint32_t>::max();
};
static_assert(sizeof(ScriptInstruction) == 24);

// What an event does to emulated memory (rt-app's mem, iorun and memrun, and our touch).
struct ScriptMemory {
  enum class Deed : std::uint8_t {
    clear,   // sets `count` bytes to zero, from the buffer's beginning again whenever it is full
    write,   // `count` times a byte, one after the other and round again
    read,    // the same
    chase,   // follows `count` pointers that lie `stride` bytes from each other
    touch,   // writes to each page once
    malloc,  // makes `count` blocks of `size` bytes, and writes to each of their pages
    free,    // gives `count` back of those that came last
    output,  // writes `count` bytes of the buffer to Script::io_device, from the buffer's beginning again and again
  };
  static constexpr std::uint32_t own = std::numeric_limits<std::uint32_t>::max();

  Deed deed = Deed::clear;
  bool is_random = false;      // pages or pointers in bit-reversed order
  std::uint32_t buffer = own;  // or the number of one that the threads of a process share; of SharedBlocks
  std::uint64_t size = 0;      // of the part of the buffer that is used, bytes
  std::uint64_t count = 0;
  std::uint64_t stride = 0;

  bool operator==(const ScriptMemory&) const = default;
};

// CPUs as the kernel is asked for them, and under which number it knows them.
struct ScriptAffinity {
  CpuMask mask;
  AffinityId id;
};

// Instructions [entry, begin) when it is entered, then [begin, end), `loop` times; -1: for ever.
struct ScriptPhase {
  std::uint32_t entry = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t timer = no_timer;  // the last of its instructions that is a timer: the deadline of each turn
  std::int64_t loop = 1;

  static constexpr std::uint32_t no_timer = std::numeric_limits<std::uint32_t>::max();
};

// Where in Script::file an instruction was asked for.
struct ScriptPlace {
  unsigned line = 0;
  unsigned column = 0;
};

// How often an instruction failed, and how it did first.
struct ScriptFailure {
  std::uint64_t count = 0;
  Instant first;
  Errno error{};
};

// A task's phases, compiled once for all its instances.
struct Script {
  std::vector<ScriptInstruction> instructions;
  std::vector<ScriptPhase> phases;
  std::vector<ScriptBurst> bursts;
  std::vector<SchedAttributes> attributes;
  std::vector<ScriptAffinity> affinities;
  std::vector<ScriptMemory> memory;
  std::string io_device;              // a path
  std::int64_t loop = -1;             // how often all phases are gone through; -1: for ever
  Duration first_burst;               // from the beginning until it first waits
  std::uint32_t instance_timers = 0;  // how many timers of its own an instance has
  bool forks = false;
  bool allocates = false;     // by malloc or free
  bool is_recording = false;  // each task that it forks it forks once
  std::string file;
  std::vector<ScriptPlace> places;                  // by instruction, as `instructions`
  std::map<std::uint32_t, ScriptFailure> failures;  // of the instructions that have failed

  bool has_timers() const {
    return std::ranges::any_of(phases, [](const ScriptPhase& phase) { return phase.timer != ScriptPhase::no_timer; });
  }
};

}  // namespace signalbox
