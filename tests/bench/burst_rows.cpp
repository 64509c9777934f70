#include "tests/bench/burst_rows.hpp"

#include <algorithm>

#include "tests/bench/host.hpp"

namespace signalbox {

void Bursts::run(Caller& caller, unsigned index, unsigned turns) {
  std::uint64_t random = scatter(index);
  const auto draw = [&](Duration mean) {  // evenly from half of it to one and a half
    random = scatter(random);
    const std::int64_t half = mean.nanoseconds() / 2;
    const std::uint64_t bits = random >> 32;  // scaled and not divided: the row is no benchmark of that
    return Duration(half + static_cast<std::int64_t>((bits * static_cast<std::uint64_t>(2 * half)) >> 32));
  };
  // Threads wait for a CPU as well, the longer the fewer they are: ten of them 0.5 us in the mean.
  const Duration sleep = cycle() - mean_work - (threads_ < 100 ? 500_ns : 50_ns);
  nanosleep(caller, Duration(1 + static_cast<std::int64_t>(scatter(index) %
                                                           static_cast<std::uint64_t>(cycle().nanoseconds()))));
  for (unsigned turn = 0; turn < turns; ++turn) {
    caller.charge(draw(mean_work), Mode::user);
    nanosleep(caller, draw(sleep));
    ++done_;
  }
}

namespace {

double cost_on(const Topology& topology, std::string_view policy, unsigned threads) {
  constexpr unsigned bursts = 2'000'000;  // about as many, in whole cycles
  Bursts load(threads, topology.cpu_count());
  BenchMachine machine(topology, policy, Readers::metrics_and_hash);
  machine.spawn(threads, [&](Caller& caller, unsigned index) { load.run(caller, index); });
  const Instant warm = Instant() + 3 * load.cycle();
  machine.run(warm);
  const std::uint64_t before = load.done();
  const double begun = cpu_time();
  machine.run(warm + std::max(2U, bursts / threads) * load.cycle());
  return (cpu_time() - begun) / static_cast<double>(load.done() - before);
}

}  // namespace

double burst_cost(unsigned threads) { return burst_cost_under("round_robin", threads); }

double burst_cost_under(std::string_view policy, unsigned threads) {
  return cost_on(Topology::uniform(Bursts::cpus), policy, threads);
}

double burst_cost_of_domains(std::string_view policy, unsigned threads, unsigned cpus) {
  return cost_on(bench_topology(cpus), policy, threads);
}

}  // namespace signalbox
