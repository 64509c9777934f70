#include "tools/experiment/run_key.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "tools/experiment/group_settings.hpp"
#include "tools/experiment/memory_table.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox {

namespace {

// The policy as spelled, and what is in the files that it names.
std::string policy_text(const PolicyChoice& policy) {
  std::string text = policy.spelled();
  for (const auto& [name, value] : policy.options.all()) {
    const auto* const file = std::get_if<OptionFile>(&value);
    if (file != nullptr) text += fmt::format(" {}#{}", name, content_hash(file->text));
  }
  return text;
}

// As of a machine: names every member.
std::string heap_text(const alloc::ProcessHeapOptions& options) {
  const auto& [heap, dss, junks_new, junks_freed, finds_late_writes, has_red_zones, watch] = options;
  static_cast<void>(watch);  // changes no result
  const auto& [policy, dirty_decay, muzzy_decay, lg_dirty_mult, retain, lg_fit, narenas, huge_min, first_growth,
               tcache_gc_bytes] = heap;
  return fmt::format("heap {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", junks_new, junks_freed, finds_late_writes,
                     has_red_zones, static_cast<unsigned>(dss), static_cast<unsigned>(policy),
                     dirty_decay.nanoseconds(), muzzy_decay.nanoseconds(), lg_dirty_mult, static_cast<unsigned>(retain),
                     lg_fit, narenas, huge_min, first_growth, tcache_gc_bytes);
}

// The scenario, and the groups that its threads run in.
std::string scenario_text(const Setting& setting) {
  if (setting.groups.empty()) return setting.scenario_hash;
  std::string text = setting.scenario_hash;
  for (const TaskGroupSpec& group : setting.groups) text += ' ' + spelled(group);
  return content_hash(text);
}

}  // namespace

RunKey key_of(const ComparisonPlan& plan, const ComparedRun& run) {
  const Setting& setting = plan.settings[run.setting];
  const std::optional<Duration> until = plan.until ? plan.until : setting.scenario.duration;
  return {.program = std::string(simulator_version()),
          .scenario = scenario_text(setting),
          .machine = machine_hash(setting.machine),
          .policy = policy_text(plan.policies[run.policy]),
          .seed = run.seed,
          .until_ns = until ? until->nanoseconds() : -1};
}

std::string content_hash(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string content_hash(std::string_view format, InputFile& text) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, format.data(), format.size());
  constexpr std::size_t piece = std::size_t{1} << 16U;
  std::string buffer(piece, '\0');
  for (std::size_t got = piece; got == piece;) {
    got = text.read(buffer.data(), piece);
    XXH3_128bits_update(&state, buffer.data(), got);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

// The bindings name every member: one that is added does not compile until it is counted here.
std::string machine_hash(const MachineConfig& machine) {
  const auto& [name, topology, costs, tick, kernel_preemption, timer_slack, watchdog_calls, outages, memory, heap] =
      machine;
  static_cast<void>(name);
  std::string text = fmt::format("tick {} preemption {} slack {} watchdog {}", tick.nanoseconds(),
                                 static_cast<unsigned>(kernel_preemption), timer_slack.nanoseconds(), watchdog_calls);
  for (unsigned cpu = 0; cpu < topology.cpu_count(); ++cpu) {
    const auto& [core, llc, node, capacity] = topology.place(CpuId(static_cast<CpuId::Value>(cpu)));
    text += fmt::format("; cpu {} {} {} {}", core, llc, node.value(), capacity);
  }
  for (const CostField& field : cost_fields) {
    text += fmt::format("; {} {}", field.name, (costs.*field.value).nanoseconds());
  }
  if (memory) text += "; " + memory_text(*memory);
  if (heap != alloc::ProcessHeapOptions()) text += "; " + heap_text(heap);
  for (const CpuOutage& outage : outages) {
    text +=
        fmt::format("; offline {} {} {}", outage.cpu.value(), outage.from.nanoseconds(), outage.until.nanoseconds());
  }
  return content_hash(text);
}

}  // namespace signalbox
