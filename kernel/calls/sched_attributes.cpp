#include "kernel/calls/sched_attributes.hpp"

#include <algorithm>

#include "kernel/calls/sched_permissions.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t highest_priority = 99;

// runtime <= deadline <= period, none too small or large (kernel/sched/deadline.c, __checkparam_dl).
bool is_deadline_sound(const SchedChange& change) {
  constexpr std::uint64_t least_runtime = 1024;
  constexpr std::uint64_t least_period = 100'000;                // sched_deadline_period_min_us
  constexpr std::uint64_t longest_period = 4'194'304ULL * 1000;  // sched_deadline_period_max_us
  if (change.deadline == 0 || change.runtime < least_runtime) return false;
  const std::uint64_t period = change.period == 0 ? change.deadline : change.period;
  return change.runtime <= change.deadline && change.deadline <= period && period >= least_period &&
         period <= longest_period;
}

Duration nanoseconds(std::uint64_t count) { return Duration(static_cast<std::int64_t>(count)); }

// A slice that a thread asks for itself, 0.1 to 100 ms (kernel/sched/fair.c, __setparam_fair).
Duration custom_slice(std::uint64_t runtime) {
  constexpr std::uint64_t least = 100'000;
  constexpr std::uint64_t longest = 100'000'000;
  return runtime == 0 ? Duration() : nanoseconds(std::clamp(runtime, least, longest));
}

// The share of a CPU, in 2^-20 (kernel/sched/core.c, to_ratio).
constexpr unsigned ratio_bits = 20;
std::int64_t bandwidth(const SchedAttributes& attributes) {
  if (attributes.sched_class != SchedClass::deadline) return 0;
  const Duration period = attributes.period == Duration() ? attributes.deadline : attributes.period;
  return period <= Duration() ? 0 : (attributes.runtime.nanoseconds() << ratio_bits) / period.nanoseconds();
}

std::int64_t admissible_bandwidth(const Topology& topology) {
  constexpr std::int64_t share = (std::int64_t{950'000} << ratio_bits) / 1'000'000;  // sched_rt_runtime_us, per second
  std::int64_t capacity = 0;
  for (unsigned cpu = 0; cpu < topology.cpu_count(); ++cpu) {
    capacity += topology.place(CpuId(static_cast<CpuId::Value>(cpu))).capacity;
  }
  return share * capacity / CpuPlace::full_capacity;
}

}  // namespace

std::optional<SchedClass> sched_class_of(int policy) {
  constexpr int no_policy = 4;  // SCHED_ISO, reserved and never made
  if (policy < 0 || policy > static_cast<int>(SchedClass::deadline) || policy == no_policy) return std::nullopt;
  return static_cast<SchedClass>(policy);
}

bool is_fair(SchedClass kind) { return kind == SchedClass::other || kind == SchedClass::batch; }
bool is_realtime(SchedClass kind) { return kind == SchedClass::fifo || kind == SchedClass::round_robin; }

Result<SchedAttributes> changed_attributes(const Thread& thread, const SchedChange& change) {
  SchedAttributes wanted = thread.normal;
  if (change.policy.has_value()) {
    const std::optional<SchedClass> kind = sched_class_of(*change.policy);
    if (!kind.has_value()) return Errno::einval;
    wanted.sched_class = *kind;
  }
  const bool is_deadline = wanted.sched_class == SchedClass::deadline;
  if (change.priority > highest_priority) return Errno::einval;
  if (is_deadline && !is_deadline_sound(change)) return Errno::einval;
  if (is_realtime(wanted.sched_class) != (change.priority != 0)) return Errno::einval;
  wanted.realtime_priority = static_cast<std::uint8_t>(change.priority);
  wanted.runtime = wanted.deadline = wanted.period = Duration();
  if (is_deadline) {
    wanted.runtime = nanoseconds(change.runtime);
    wanted.deadline = nanoseconds(change.deadline);
    wanted.period = nanoseconds(change.period == 0 ? change.deadline : change.period);
  } else if (is_fair(wanted.sched_class)) {
    wanted.nice = static_cast<std::int8_t>(change.nice);
    wanted.runtime = custom_slice(change.runtime);
  }
  return wanted;
}

bool is_admissible(Kernel& kernel, const Thread& thread, const SchedAttributes& wanted) {
  std::int64_t total = bandwidth(wanted);
  kernel.processes().for_each_thread([&](const Thread& other) {
    if (&other != &thread && other.state != ThreadState::exited) total += bandwidth(other.normal);
  });
  return total <= admissible_bandwidth(kernel.topology());
}

Result<int> change_scheduling(Kernel& kernel, const Credentials& caller, Thread& thread, const SchedChange& change) {
  const SchedAttributes current = thread.normal;
  const SchedAttributes wanted = TRY(changed_attributes(thread, change));
  TRY(may_set_attributes(caller, thread, wanted, change.resets_on_fork));
  if (wanted != current && !change.keeps_params) {
    const bool becomes_deadline = wanted.sched_class == SchedClass::deadline;
    if (becomes_deadline && thread.entity.affinity != AffinityId()) return Errno::eperm;
    if (becomes_deadline && !is_admissible(kernel, thread, wanted)) return Errno::ebusy;
    kernel.set_attributes(thread, wanted);
  }
  thread.resets_on_fork = change.resets_on_fork;
  return 0;
}

}  // namespace signalbox
