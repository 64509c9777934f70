#include "tests/bench/bench_machine.hpp"

#include <utility>
#include <variant>

#include "kernel/base/check.hpp"
#include "kernel/calls/all_calls.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

BenchMachine::BenchMachine(unsigned cpus, Readers readers, TraceSink* exporter)
    : calls_(all_kernel_calls()), simulation_(1) {
  if (readers == Readers::metrics_and_hash) {
    simulation_.trace().add_sink(metrics_);
    simulation_.trace().add_sink(hash_);
  }
  if (exporter != nullptr) simulation_.trace().add_sink(*exporter);
  MachineConfig config;
  config.topology = Topology::uniform(cpus);
  const auto policy = std::get<PolicyChoice>(parse_policy("round_robin"));
  machine_ = std::make_unique<Machine>(simulation_, config, policy, calls_);
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

ThreadRequest compact_request(Program program) {
  ThreadRequest request;
  request.program = std::move(program);
  request.stack = StackKind::compact;
  return request;
}

}  // namespace signalbox
