#include "kernel/calls/sched_attributes.hpp"

#include <algorithm>

#include "kernel/calls/sched_permissions.hpp"
#include "kernel/task/deadline_admission.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t highest_priority = 99;

Duration nanoseconds(std::uint64_t count) { return Duration(static_cast<std::int64_t>(count)); }

// A slice that a thread asks for itself, 0.1 to 100 ms (kernel/sched/fair.c, __setparam_fair).
Duration custom_slice(std::uint64_t runtime) {
  constexpr std::uint64_t least = 100'000;
  constexpr std::uint64_t longest = 100'000'000;
  return runtime == 0 ? Duration() : nanoseconds(std::clamp(runtime, least, longest));
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
  if (is_deadline && !is_deadline_sound(change.runtime, change.deadline, change.period)) return Errno::einval;
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

Result<int> change_scheduling(Kernel& kernel, const Credentials& caller, Thread& thread, const SchedChange& change) {
  const SchedAttributes current = thread.normal;
  const SchedAttributes wanted = TRY(changed_attributes(thread, change));
  TRY(may_set_attributes(caller, thread, wanted, change.resets_on_fork));
  if (wanted != current && !change.keeps_params) {
    if (wanted.sched_class == SchedClass::deadline) {
      const DeadlineCpus cpus{kernel.topology(), kernel.affinities()};
      TRY(may_be_deadline(kernel.processes(), cpus, &thread, thread.entity.affinity, wanted));
    }
    kernel.set_attributes(thread, wanted);
  }
  thread.resets_on_fork = change.resets_on_fork;
  return 0;
}

}  // namespace signalbox
