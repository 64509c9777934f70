#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sim/trace_event.hpp"
#include "tools/metrics/fair_share.hpp"

namespace signalbox {

// Where a thread's time goes: on a CPU (or not living), waiting for one, or blocked, one place for each WaitKind.
using TimePlace = std::uint8_t;
inline constexpr TimePlace place_elsewhere = 0;
inline constexpr TimePlace place_ready = 1;
inline constexpr TimePlace first_blocked_place = 2;

constexpr TimePlace blocked_place(std::uint8_t wait_kind) {
  return static_cast<TimePlace>(first_blocked_place + wait_kind);
}

// What RunMetrics knows of one thread. There may be a million, touched in any order, so what every dispatch needs
// lies in the first cache line, and what a sleep needs besides in the second.
struct alignas(64) ThreadRecord {
  enum Flag : std::uint8_t {
    is_present = 1,     // thread_created was seen
    has_run = 2,        // first_run is known
    is_running = 4,     // on a CPU
    was_woken = 8,      // the waiting that is under way began with a wake-up
    woken_early = 16,   // made ready between thread_blocked and run_end
    has_finished = 32,  // finish is known
    is_of_kernel = 64   // it counts as init does
  };
  static constexpr std::uint8_t no_wait_kind = 0xff;

  Instant since;  // when it came to its place
  Duration user;
  Duration kernel;
  Duration longest_wait;  // the longest single stretch ready and not running
  std::uint32_t voluntary = 0;
  std::uint32_t involuntary = 0;
  FairShare::Group group = 0;
  TimePlace place = place_elsewhere;
  std::uint8_t flags = 0;
  std::uint8_t wait_kind = no_wait_kind;  // what the last thread_blocked named, for the run_end that follows
  std::array<Duration, first_blocked_place> elsewhere_and_waiting{};

  double entitled = 0;  // ns of CPU that FairShare owes it
  std::uint32_t migrations = 0;
  NameId name;
  std::array<Duration, wait_kind_count> blocked_by{};

  Instant arrival;
  Instant first_run;
  Instant finish;
  Pid pid;
  Tid tid;

  bool has(Flag flag) const { return (flags & flag) != 0; }
  void set(unsigned flag) { flags = static_cast<std::uint8_t>(flags | flag); }
  void clear(unsigned flag) { flags = static_cast<std::uint8_t>(flags & ~flag); }

  // Books the time at the present place and moves to another.
  void move_to(TimePlace next, Instant now) {
    Duration& spent =
        place < first_blocked_place ? elsewhere_and_waiting[place] : blocked_by[place - first_blocked_place];
    spent += now - since;
    since = now;
    place = next;
  }
  bool is_runnable() const { return has(is_running) || place == place_ready; }
  Duration waiting() const { return elsewhere_and_waiting[place_ready]; }
};
static_assert(sizeof(ThreadRecord) == 256);

// Emulated init and its threads keep the machine alive and are no part of the workload.
inline constexpr Pid init_pid{1};
constexpr bool is_workload(const ThreadRecord& thread) {
  constexpr unsigned which = ThreadRecord::is_present | ThreadRecord::is_of_kernel;
  return (thread.flags & which) == ThreadRecord::is_present && thread.pid != init_pid;
}

}  // namespace signalbox
