#pragma once

#include <array>
#include <boost/intrusive/list_hook.hpp>
#include <boost/intrusive/set_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/pelt.hpp"

namespace signalbox {

// The scheduling classes of sched(7), with the numbers of the Linux ABI.
enum class SchedClass : std::uint8_t {
  other = 0,        // SCHED_OTHER
  fifo = 1,         // SCHED_FIFO
  round_robin = 2,  // SCHED_RR
  batch = 3,        // SCHED_BATCH
  idle = 5,         // SCHED_IDLE
  deadline = 6,     // SCHED_DEADLINE
};

// What a user can ask of the scheduler for one thread (sched_setattr(2), setpriority(2)).
struct SchedAttributes {
  SchedClass sched_class = SchedClass::other;
  std::int8_t nice = 0;                // -20 (most) .. 19, for other and batch
  std::uint8_t realtime_priority = 0;  // 1 .. 99 (most), for fifo and round_robin
  bool is_boosted = false;             // by who waits for a lock of its (kernel/task/priority_inheritance.hpp)
  Duration runtime;                    // deadline: budget a period; other: a custom slice, 0 = the policy's own
  Duration deadline;                   // relative to the release; 0 = none
  Duration period;                     // 0 = none

  bool operator==(const SchedAttributes&) const = default;
};

// What a policy orders: a thread as the scheduler sees it, and nothing more of it. The first cache line holds what
// every decision touches: identity, links, and the first 16 bytes of the policy's state, where a policy keeps its sort
// key.
class alignas(64) Entity {
 public:
  static constexpr std::size_t state_bytes = 96;

  Entity() = default;
  Entity(const Entity&) = delete;
  Entity& operator=(const Entity&) = delete;

  // Identity, set by the machine; a policy breaks ties by the lower id.
  Tid id;
  Pid process;

  // Set by the machine, read by policies.
  AffinityId affinity;
  std::uint32_t weight = 1024;  // of its nice value and class (nice.hpp)
  CpuId cpu;                    // where it runs, queues, or last ran

  // A policy's links: at most one of its array queues (FifoQueue, TicketTree) and one of its trees at a time.
  std::uint32_t queue_position = 0;
  using TreeHook = boost::intrusive::set_member_hook<boost::intrusive::optimize_size<true>>;
  TreeHook tree_hook;

  // The policy's own state, on the entity and never in a map by pointer. emplace_state in join, state after that.
  template <class State>
  State& emplace_state() {
    check_fits<State>();
    return *new (state_.data()) State{};
  }
  template <class State>
  State& state() {
    check_fits<State>();
    return *std::launder(reinterpret_cast<State*>(state_.data()));
  }
  template <class State>
  const State& state() const {
    check_fits<State>();
    return *std::launder(reinterpret_cast<const State*>(state_.data()));
  }

 private:
  template <class State>
  static constexpr void check_fits() {
    static_assert(sizeof(State) <= state_bytes && alignof(State) <= alignof(std::max_align_t));
    static_assert(std::is_trivially_destructible_v<State>, "leaving a policy runs no destructor");
  }

  alignas(std::max_align_t) std::array<std::byte, state_bytes> state_{};

 public:
  // Set by the machine, read by policies when an entity becomes ready.
  SchedAttributes attributes;
  Duration expected_burst;  // how long it will compute until it next waits, as its program declares; 0 = unknown

  // Where CPUs have run queues of their own (run_queues.hpp); kept apart, because nobody else touches this line.
  using ListHook = boost::intrusive::list_member_hook<>;
  alignas(64) ListHook run_queue_hook;  // while it waits in one
  std::uint16_t run_queue = 0;          // whose it is
  std::uint8_t class_index = 0;         // which class's state it has (class_stack.hpp)
  TaskGroupId group;                    // set by the machine
  TaskGroupId queued_group;             // in whose queue it has its state (group_scheduler.hpp)
  std::uint32_t group_load = 0;         // its weight as counted there; 0 = not ready
  PeltAverage utilisation;              // of a CPU of full capacity, while it ran
  std::int64_t fair_lag = 0;            // what eevdf keeps of it while it is of another class: its lag, and
  std::int64_t fair_deadline = 0;       // how far its virtual deadline lies behind its vruntime; 0 = no matter
};
static_assert(sizeof(Entity) == 256, "four cache lines: see the order of the members");

}  // namespace signalbox
