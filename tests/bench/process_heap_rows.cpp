#include "tests/bench/process_heap_rows.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/prng.hpp"
#include "tests/bench/bench_machine.hpp"
#include "tests/bench/host.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t ram = std::uint64_t{256} << 20U;
constexpr std::string_view pair = "process_heap/pair";
constexpr std::string_view pair_alone = "process_heap/pair/alone";
constexpr std::string_view metadata = "process_heap/metadata";

// Blocks of 16 B to 1 KiB.
std::uint64_t some_size(std::uint64_t number) { return 16 + scatter(number) % 1009; }

struct Replacement {
  std::uint32_t block;
  std::uint32_t bytes;
};

// Drawn before the clock runs: two draws and their divisions take as long as a fifth of a pair.
std::vector<Replacement> draw(std::uint64_t live) {
  std::vector<Replacement> drawn(std::size_t{1} << 16U);
  for (std::uint64_t i = 0; i < drawn.size(); ++i)
    drawn[i] = {static_cast<std::uint32_t>(scatter(i ^ live) % live), static_cast<std::uint32_t>(some_size(i))};
  return drawn;
}

// A free and a malloc at a random one of `live` blocks, checks on, in nanoseconds of the host.
double pair_cost(std::uint64_t live, std::uint64_t rounds) {
  double cost = 0;
  const std::vector<Replacement> replacements = draw(live);
  run_in_memory(
      ram, 1,
      [&](Caller& caller) {
        UserHeap heap(caller);
        std::vector<VirtAddr> blocks(live);
        for (std::uint64_t i = 0; i < live; ++i) blocks[i] = heap.malloc(some_size(i)).value();
        const auto replace_all = [&] {
          for (const Replacement& each : replacements) {
            heap.free(blocks[each.block]);
            blocks[each.block] = heap.malloc(each.bytes).value();
          }
        };
        for (std::uint64_t i = 0; i < rounds / 4; ++i) replace_all();
        const double begun = cpu_time();
        for (std::uint64_t i = 0; i < rounds; ++i) replace_all();
        cost = (cpu_time() - begun) / static_cast<double>(rounds * replacements.size());
      },
      StackKind::guarded);
  return cost;
}

// What an idle process's heap takes of the host: a few blocks of a few sizes.
double bytes_of_little() {
  double bytes = 0;
  run_in_memory(
      ram, 1,
      [&](Caller& caller) {
        UserHeap heap(caller);
        for (const std::uint64_t size : {16U, 24U, 100U, 500U, 1000U, 4000U}) {
          for (int i = 0; i < 3; ++i) CHECK(heap.malloc(size).has_value(), "there is memory");
        }
        bytes = static_cast<double>(caller.process().heap->metadata_bytes());
      },
      StackKind::guarded);
  return bytes;
}

}  // namespace

std::vector<MemoryMeasurement> process_heap_measurements() {
  return {{pair, [] { return pair_cost(10'000, 32); }},
          {pair_alone, [] { return pair_cost(1, 32); }},
          {metadata, bytes_of_little}};
}

std::vector<Bar> process_heap_bars() {
  constexpr double kib = 1024;
  const auto text = [](std::string_view name) { return std::string(name); };
  return {{"process: malloc, free, 10k live", text(pair), Unit::nanoseconds, "", 1, 35},
          {"process: malloc, free, one block", text(pair_alone), Unit::nanoseconds, "", 1, {}},
          {"process: metadata of a small heap", text(metadata), Unit::bytes, "", 1, 16 * kib}};
}

}  // namespace signalbox
