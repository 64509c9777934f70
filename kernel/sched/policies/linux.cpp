#include "kernel/sched/class_stack.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

extern const PolicyRow deadline_policy;
extern const PolicyRow eevdf_policy;
extern const PolicyRow rt_policy;

namespace {

// A row's policy with the options that this one has too.
std::unique_ptr<Policy> make_class(const PolicyRow& row, const OptionValues& options, SchedulerView& view,
                                   const Prng& random) {
  std::map<std::string, OptionValue, std::less<>> values;
  for (const PolicyOption& option : row.options) {
    const auto given = options.all().find(option.name);
    values.emplace(option.name, given == options.all().end() ? option.fallback : given->second);
  }
  return row.make(OptionValues(std::move(values)), view, random);
}

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng& random) {
  const std::array rows{&deadline_policy, &rt_policy, &eevdf_policy};
  const auto make_one = [&](std::size_t index, SchedulerView& part) {
    return make_class(*rows[index], options, part, random);
  };
  const bool has_server = options.get<bool>("fair_server");
  return std::make_unique<ClassStack>(view, make_one,
                                      has_server ? ClassStack::UseFairServer::yes : ClassStack::UseFairServer::no);
}

}  // namespace

extern const PolicyRow linux_policy;
const PolicyRow linux_policy{
    .name = "linux",
    .summary = "Linux's classes, deadline before real-time before fair, a run queue a CPU, with its balancing",
    .source = "Linux 6.12 kernel/sched: core.c, deadline.c, rt.c, fair.c",
    .options = {time_option("base_slice", 750_us, 100_us, 100_ms,
                            "of fair threads on one CPU; more CPUs, longer slices"),
                time_option("tick", 4_ms, 100_us, 10_ms, "the kernel's tick, which bounds lag and lone slices"),
                time_option("interval", 100_ms, 1_ms, 10_s, "of SCHED_RR: RR_TIMESLICE"),
                flag_option("delay_dequeue", true, "as eevdf's: a fair sleeper competes until it has paid its lag"),
                flag_option("fair_server", true, "50 ms of each second for fair threads that wait for real-time ones"),
                time_or_off_option(
                    "rt_limit", Duration(), 1_ms, 1_s,
                    "in place of the fair server before 6.12: real-time threads' part of each second, 950ms")},
    .is_work_conserving = false,
    .respects_weight = false,
    .make = make,
    .queues = "cpu",
    .balance = "linux",
    .heeds_groups = true,
    .heeds_realtime = true,
    .heeds_deadlines = true,
};

}  // namespace signalbox
