#include "tests/bench/switch_rows.hpp"

#include <algorithm>
#include <cstdint>

#include "kernel/base/check.hpp"
#include "kernel/syscall/numbers.hpp"
#include "tests/bench/bench_machine.hpp"
#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

// Sleeps so that the threads queue up in random order, as the anchor's fibers do, and not in the order of memory.
void shuffle_in(Caller& caller, unsigned index, unsigned threads) {
  const Instant begin = Instant() + 2_s;
  nanosleep(caller, Duration(1 + static_cast<std::int64_t>(scatter(index) % (1'000 * std::uint64_t{threads}))));
  nanosleep(caller, begin - caller.now());
}

}  // namespace

double yield_cost(unsigned threads) {
  constexpr unsigned yields = 3'000'000;  // about as many, in whole rounds
  const unsigned rounds = std::max(2U, yields / threads);
  BenchMachine machine(1, Readers::metrics_and_hash);
  bool stops = false;
  double cost = 0;
  machine.spawn(threads, [&](Caller& caller, unsigned index) {
    shuffle_in(caller, index, threads);
    // In a ring, between two turns of one thread lies a turn of every other.
    const auto go_round = [&](unsigned times) {
      for (unsigned k = 0; k < times; ++k) sched_yield(caller);
    };
    if (index != 0) {
      while (!stops) sched_yield(caller);
      return;
    }
    go_round(2);
    const double begun = cpu_time();
    go_round(rounds);
    cost = (cpu_time() - begun) / (static_cast<double>(rounds) * threads);
    stops = true;
  });
  machine.finish();
  return cost;
}

double preemption_cost() {
  constexpr unsigned threads = 100;
  constexpr std::int64_t slices = 3'000'000;
  constexpr Duration quantum = 10_ms;
  BenchMachine machine(1, Readers::metrics_and_hash);
  machine.spawn(threads, [&](Caller& caller, unsigned) { caller.charge(quantum * slices, Mode::user); });
  const Instant warm = Instant() + quantum * 10 * threads;
  machine.run(warm);
  const double begun = cpu_time();
  machine.run(warm + quantum * slices);
  return (cpu_time() - begun) / slices;
}

double null_call_cost() {
  constexpr unsigned calls = 4'000'000;
  BenchMachine machine(1, Readers::none);
  double cost = 0;
  machine.spawn(1, [&](Caller& caller, unsigned) {
    const RawCall getpid{.number = call_number::getpid};
    for (unsigned k = 0; k < calls / 10; ++k) caller.syscall(getpid);
    const double begun = cpu_time();
    for (unsigned k = 0; k < calls; ++k) caller.syscall(getpid);
    cost = (cpu_time() - begun) / calls;
  });
  machine.finish();
  return cost;
}

double thread_life_cost() {
  constexpr unsigned lives = 500'000;
  BenchMachine machine(1, Readers::none);  // metrics keep a record of every thread there ever was
  double cost = 0;
  machine.spawn(1, [&](Caller& caller, unsigned) {
    const auto live = [&](unsigned times) {
      for (unsigned k = 0; k < times; ++k) {
        ThreadRequest request = compact_request([](Caller&) { return 0; });
        const RawCall create{.number = call_number::thread_create,
                             .arguments = {reinterpret_cast<std::uint64_t>(&request)}};
        const std::int64_t made = caller.syscall(create);
        CHECK(made > 0, "a thread is made");
        caller.syscall({.number = call_number::thread_join, .arguments = {static_cast<std::uint64_t>(made)}});
      }
    };
    live(lives / 10);
    const double begun = cpu_time();
    live(lives);
    cost = (cpu_time() - begun) / lives;
  });
  machine.finish();
  return cost;
}

}  // namespace signalbox
