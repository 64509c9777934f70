#include "kernel/machine/hotplug.hpp"

#include "kernel/task/deadline_admission.hpp"

namespace signalbox {
namespace {

// An event's payload: the CPU, and below it whether it comes.
constexpr std::uint64_t comes = 1;

std::uint64_t payload_of(CpuId cpu, bool is_online) { return std::uint64_t{cpu.value()} * 2 + (is_online ? comes : 0); }

}  // namespace

void Hotplug::schedule(const CpuOutage& outage) {
  simulation_.schedule(outage.from, *this, payload_of(outage.cpu, false));
  if (outage.until != Instant::max()) simulation_.schedule(outage.until, *this, payload_of(outage.cpu, true));
}

void Hotplug::on_event(std::uint64_t payload) {
  if (dispatcher_.is_stopped()) return;
  set_online(CpuId(static_cast<CpuId::Value>(payload / 2)), (payload & comes) != 0);
}

void Hotplug::set_online(CpuId cpu, bool is_online) {
  if (is_online == affinities_.online().has(cpu)) return;  // it never went
  if (!is_online && !may_go_offline(table_, {dispatcher_.topology(), affinities_}, cpu)) {
    return refused_.push_back({cpu, simulation_.now()});
  }
  affinities_.set_online(cpu, is_online);
  dispatcher_.set_online(cpu, is_online);
  table_.for_each_thread([&](Thread& thread) {
    const bool competes = thread.state == ThreadState::ready || thread.state == ThreadState::running;
    if (competes && affinities_.mask(thread.entity.affinity).none()) dispatcher_.break_affinity(thread);
  });
  dispatcher_.rearrange(cpu);
}

}  // namespace signalbox
