#include "kernel/machine/dispatcher.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"
#include "kernel/machine/dispatcher_hub.hpp"

namespace signalbox {

Dispatcher::Dispatcher(Simulation& simulation, const MachineConfig& config, const AffinityTable& affinities,
                       TaskGroups& groups, const CpuSets& cpu_sets, Timers& timers)
    : simulation_(simulation),
      trace_(simulation.trace()),
      config_(config),
      affinities_(affinities),
      groups_(groups),
      cpu_sets_(cpu_sets),
      timers_(timers) {
  for (unsigned index = 0; index < config.topology.cpu_count(); ++index) {
    const CpuId id(static_cast<CpuId::Value>(index));
    cpus_.emplace_back(id, config.topology.place(id).capacity);
  }
}

void Dispatcher::start(std::unique_ptr<Policy> policy, ThreadEndHandler& end_handler, MachineMemory* memory) {
  memory_ = memory;
  policy_ = std::move(policy);
  idle_looks_again_ = policy_->idle_looks_again();
  end_handler_ = &end_handler;
}

void Dispatcher::prefetch(std::uint64_t payload, Lookahead lookahead) const {
  if (payload >> turn_bits >= cpus_.size()) return;
  const Cpu& cpu = cpus_[payload >> turn_bits];
  if (lookahead == Lookahead::far) return cpu.prefetch();
  if (cpu.running == nullptr) return;
  lookahead == Lookahead::middle ? cpu.running->prefetch_for_event() : cpu.running->context.prefetch();
}

void Dispatcher::on_event(std::uint64_t payload) {
  const std::uint64_t index = payload >> turn_bits;
  if (index == cpus_.size()) return choose_idle();
  if (index > cpus_.size()) {
    offer(cpus_[index - cpus_.size() - 1]);
    return serve_kicks();
  }
  Cpu& cpu = cpus_[index];
  if (cpu.turn != static_cast<std::uint32_t>(payload) || cpu.running == nullptr) return;  // overtaken by another plan
  make_due(cpu);
}

// In the loop of another machine of this simulation there is no run_due() of ours.
void Dispatcher::make_due(Cpu& cpu) {
  due_ = &cpu;
  if (!is_looped_) run_due();
}

void Dispatcher::unwind(Thread& thread) {
  CHECK(is_stopped_ && thread.is_kill_pending, "only the end of a run unwinds outside virtual time");
  current_ = &thread;
  while (thread.context.can_resume() && thread.context.resume() == Pause::suspended) {
  }
  current_ = nullptr;
}

const Entity* Dispatcher::running(CpuId cpu) const {
  const Thread* thread = cpus_[cpu.value()].running;
  return thread == nullptr ? nullptr : &thread->entity;
}

bool Dispatcher::any_is_busy() const {
  return std::ranges::any_of(cpus_, [](const Cpu& cpu) { return cpu.running != nullptr; });
}

void Dispatcher::kick(CpuId cpu, Kick kick) { kicks_.push_back({cpu, kick}); }

void Dispatcher::stop() {
  for (Cpu& cpu : cpus_) {
    if (cpu.running != nullptr) leave(cpu, SwitchReason::stopped);
    cpu.may_pick = false;
  }
  is_stopped_ = true;
}

}  // namespace signalbox
