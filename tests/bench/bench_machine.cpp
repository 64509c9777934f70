#include "tests/bench/bench_machine.hpp"

#include <utility>
#include <variant>

#include "kernel/base/check.hpp"
#include "kernel/calls/all_calls.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

Topology bench_topology(unsigned cpus) {
  std::vector<CpuPlace> places(cpus);
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    const auto of = [cpu](unsigned size) { return static_cast<std::uint16_t>(cpu / size); };
    places[cpu].core = of(2);
    places[cpu].llc = of(16);
    places[cpu].node = NodeId(of(64));
  }
  return Topology(std::move(places));
}

BenchMachine::BenchMachine(const Topology& topology, std::string_view policy, Readers readers, TraceSink* exporter)
    : calls_(all_kernel_calls()), simulation_(1) {
  if (readers == Readers::metrics_and_hash) {
    simulation_.trace().add_sink(metrics_);
    simulation_.trace().add_sink(hash_);
  }
  if (exporter != nullptr) simulation_.trace().add_sink(*exporter);
  MachineConfig config;
  config.topology = topology;
  const auto choice = std::get<PolicyChoice>(parse_policy(policy));
  machine_ = std::make_unique<Machine>(simulation_, config, choice, calls_);
}

void BenchMachine::spawn(unsigned count, Body body) {
  body_ = std::move(body);
  const auto create = [this, count](Caller& caller) {
    for (unsigned index = 0; index < count; ++index) {
      const auto program = [this, index](Caller& own) {
        body_(own, index);
        return 0;
      };
      ThreadRequest request = compact_request(program);
      request.is_detached = true;
      CHECK(caller.kernel().create_thread(caller.process(), std::move(request)), "the host has room for the row");
    }
    caller.exit_thread(0);
    return 0;
  };
  ThreadRequest first;
  first.program = create;
  CHECK(machine_->spawn(std::move(first)), "the first process always fits");
}

void BenchMachine::finish() { machine_->finish(machine_->run()); }

void run_in_memory(std::uint64_t ram_bytes, unsigned processes, const std::function<void(Caller&)>& body,
                   StackKind stack) {
  const SyscallTable calls = all_kernel_calls();
  Simulation simulation(1);
  MachineConfig config;
  config.memory.emplace().main.bytes = ram_bytes;
  Machine machine(simulation, config, std::get<PolicyChoice>(parse_policy("round_robin")), calls);
  for (unsigned i = 0; i < processes; ++i) {
    const auto program = [&body](Caller& caller) {
      body(caller);
      return 0;
    };
    ThreadRequest request = compact_request(program);
    request.stack = stack;
    CHECK(machine.spawn(std::move(request)), "the host has room for the row");
  }
  CHECK(machine.run() == RunEnd::finished, "every program ends");
}

VirtAddr private_pages(Caller& caller, std::uint64_t pages) {
  constexpr std::uint64_t rights = prot_read | prot_write;
  constexpr std::uint64_t kind = map_private | map_anonymous;
  const std::int64_t at =
      caller.syscall({.number = call_number::mmap, .arguments = {0, pages * page_bytes, rights, kind, ~0U, 0}});
  CHECK(at > 0, "the machine has room for the row");
  return VirtAddr(static_cast<std::uint64_t>(at));
}

ThreadRequest compact_request(Program program) {
  ThreadRequest request;
  request.program = std::move(program);
  request.stack = StackKind::compact;
  return request;
}

}  // namespace signalbox
