#include "tests/bench/bars.hpp"

#include <fmt/format.h>

#include <vector>

#include "kernel/sched/policies/registry.hpp"
#include "tests/bench/allocation_rows.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/memory_rows.hpp"
#include "tests/bench/paging_rows.hpp"
#include "tests/bench/policy_rows.hpp"
#include "tests/bench/probes.hpp"
#include "tests/bench/process_heap_rows.hpp"
#include "tests/bench/program_rows.hpp"

namespace signalbox {
namespace {

constexpr double kib = 1024;
constexpr double gib = kib * kib * kib;

// A burst on SimGrid 3.32, the faster of the two peers at every size, was measured where raw(100) is 5.9 ns
// (design/switching.md, section 1). In units of raw(100) it carries over to this host.
constexpr double peer_raw = 5.9;
constexpr double peer_10 = 3'400 / peer_raw;
constexpr double peer_1k = 4'700 / peer_raw;
constexpr double peer_100k = 13'700 / peer_raw;
constexpr double fifteenth = 1.0 / 15;

// A stretch with 100,000 ready beside one with 100. Whose rule is linear only states its growth.
Bar policy_growth(const PolicyRow& policy) {
  Bar bar{.row = fmt::format("policy growth, {}", policy.name),
          .measurement = sized(policy_measurement(policy), most_ready),
          .unit = Unit::nanoseconds,
          .anchor = sized(policy_measurement(policy), few_ready)};
  if (policy.cost == PickCost::sublinear) bar.most = 3;
  return bar;
}

std::vector<Bar> make_bars() {
  using enum Unit;
  const auto text = [](std::string_view name) { return std::string(name); };
  std::vector<Bar> rows{
      {"yield, N=100", "yield/100", nanoseconds, "raw/100", 1, 14},
      {"yield, N=100,000", "yield/100000", nanoseconds, "raw/100000", 1, 0.8},
      {"yield, N=1,000,000", "yield/1000000", nanoseconds, "raw/1000000", 1, 0.8},
      {"burst, N=10", "bursts/10", nanoseconds, "raw/100", 1, 40},
      {"burst, N=1,000", "bursts/1000", nanoseconds, "raw/100", 1, 40},
      {"burst, N=100,000, to N=1,000", "bursts/100000", nanoseconds, "bursts/1000", 1, 2},
      {"burst, N=1,000,000, to N=1,000", "bursts/1000000", nanoseconds, "bursts/1000", 1, 2},
      {"burst, N=10, to SimGrid", "bursts/10", nanoseconds, "raw/100", peer_10, fifteenth},
      {"burst, N=1,000, to SimGrid", "bursts/1000", nanoseconds, "raw/100", peer_1k, fifteenth},
      {"burst, N=100,000, to SimGrid", "bursts/100000", nanoseconds, "raw/100", peer_100k, fifteenth},
      {"burst, N=10, eevdf to round_robin", "bursts/eevdf/10", nanoseconds, "bursts/10", 1, 1.5},
      {"burst, N=1,000, eevdf to r._robin", "bursts/eevdf/1000", nanoseconds, "bursts/1000", 1, 1.5},
      {"linux, burst, 1,024 CPUs to 4", "bursts/linux/1024", nanoseconds, "bursts/linux/4", 1, 4},
      {"preemption", text(preemption), nanoseconds, "raw/100", 1, 12},
      {"null system call", text(null_call), nanoseconds, "raw/100", 1, 5},
      {"thread create, run, exit, join", text(thread_life), nanoseconds, "", 1, 1'000},
      {"blocked thread, N=1,000,000", text(probe_name::blocked_bytes), bytes, "", 1, 6 * kib},
      {"million threads, 3 bursts: peak", text(probe_name::million_bytes), bytes, "", 1, 8 * gib},
      {"million threads, 3 bursts: time", text(probe_name::million_seconds), seconds, "", 1, {}},
      {"10,000 processes, 100 pages: peak", text(probe_name::process_bytes), bytes, "", 1, {}},
      {"10,000 processes, 100 pages: time", text(probe_name::process_seconds), seconds, "", 1, {}},
      {"run with ftrace export", text(probe_name::exported), nanoseconds, text(probe_name::untraced), 1, 2.5},
      {"ftrace export: memory growth", text(probe_name::export_growth), bytes, "", 1, kib * kib},
      {"ftrace import, to splitting lines", text(probe_name::imported), nanoseconds, text(probe_name::line_split), 1,
       12},
      {"ftrace import: bytes an event", text(probe_name::import_bytes), bytes, "", 1, {}},
      {"event queue, hold, 1,000,000", "queue/1000000", nanoseconds, "queue/1000", 1, 2.5},
  };
  for (const PolicyRow* const row : all_policies()) rows.push_back(policy_growth(*row));
  for (Bar& bar : memory_bars()) rows.push_back(std::move(bar));
  for (Bar& bar : paging_bars()) rows.push_back(std::move(bar));
  for (Bar& bar : process_heap_bars()) rows.push_back(std::move(bar));
  for (Bar& bar : program_bars()) rows.push_back(std::move(bar));
  for (Bar& bar : allocation_bars()) rows.push_back(std::move(bar));
  return rows;
}

}  // namespace

std::span<const Bar> bars() {
  static const std::vector<Bar> all = make_bars();
  return all;
}

}  // namespace signalbox
