#include "kernel/task/deadline_admission.hpp"

#include "kernel/sched/fair_server.hpp"

namespace signalbox {
namespace {

// The share of a CPU, in 2^-20 (kernel/sched/core.c, to_ratio).
constexpr unsigned ratio_bits = 20;
std::int64_t bandwidth(const SchedAttributes& attributes) {
  if (attributes.sched_class != SchedClass::deadline) return 0;
  const Duration period = attributes.period == Duration() ? attributes.deadline : attributes.period;
  return period <= Duration() ? 0 : (attributes.runtime.nanoseconds() << ratio_bits) / period.nanoseconds();
}

constexpr std::int64_t share_of_second(Duration part) {
  return (part.nanoseconds() << ratio_bits) / Duration(1_s).nanoseconds();
}

// Of CPUs of full capacity (deadline.c, dl_bw_capacity), less what the fair server of each has
// (dl_server_apply_params).
std::int64_t admissible_bandwidth(const Topology& topology, const CpuMask& active) {
  constexpr std::int64_t share = share_of_second(950_ms);  // sched_rt_runtime_us
  std::int64_t capacity = 0;
  active.for_each({0, topology.cpu_count()}, [&](CpuId cpu) { capacity += topology.place(cpu).capacity; });
  return share * capacity / CpuPlace::full_capacity - share_of_second(FairServer::runtime) * active.count();
}

std::int64_t bandwidth_of_all(const ProcessTable& threads, const Thread* but_for) {
  std::int64_t total = 0;
  threads.for_each_thread([&](const Thread& thread) {
    if (&thread != but_for && thread.state != ThreadState::exited) total += bandwidth(thread.normal);
  });
  return total;
}

std::uint64_t to_bits(Duration time) { return static_cast<std::uint64_t>(time.nanoseconds()); }

}  // namespace

bool is_deadline_sound(std::uint64_t runtime, std::uint64_t deadline, std::uint64_t period) {
  constexpr std::uint64_t least_runtime = 1024;
  constexpr std::uint64_t least_period = 100'000;                // sched_deadline_period_min_us
  constexpr std::uint64_t longest_period = 4'194'304ULL * 1000;  // sched_deadline_period_max_us
  if (deadline == 0 || runtime < least_runtime) return false;
  const std::uint64_t actual = period == 0 ? deadline : period;
  return runtime <= deadline && deadline <= actual && actual >= least_period && actual <= longest_period;
}

bool is_admissible(const ProcessTable& threads, DeadlineCpus cpus, const Thread* thread,
                   const SchedAttributes& wanted) {
  const bool is_as_before = thread != nullptr && thread->normal.sched_class == SchedClass::deadline &&
                            bandwidth(thread->normal) == bandwidth(wanted);
  if (is_as_before) return true;
  const std::int64_t total = bandwidth(wanted) + bandwidth_of_all(threads, thread);
  return total <= admissible_bandwidth(cpus.topology, cpus.affinities.online());
}

Result<bool> may_be_deadline(const ProcessTable& threads, DeadlineCpus cpus, const Thread* thread, AffinityId affinity,
                             const SchedAttributes& wanted) {
  const bool is_sound = is_deadline_sound(to_bits(wanted.runtime), to_bits(wanted.deadline), to_bits(wanted.period));
  if (!is_sound) return Errno::einval;
  if (cpus.affinities.mask(affinity) != cpus.affinities.online()) return Errno::eperm;
  if (!is_admissible(threads, cpus, thread, wanted)) return Errno::ebusy;
  return true;
}

bool may_go_offline(const ProcessTable& threads, DeadlineCpus cpus, CpuId cpu) {
  CpuMask others = cpus.affinities.online();
  others.clear(cpu);
  const std::int64_t total = bandwidth_of_all(threads, nullptr);
  return total == 0 || total <= admissible_bandwidth(cpus.topology, others);
}

}  // namespace signalbox
