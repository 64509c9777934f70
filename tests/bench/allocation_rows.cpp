#include "tests/bench/allocation_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

struct Allocator {
  std::string_view name;
  std::string_view library;
};
constexpr Allocator jemalloc{"jemalloc", SIGNALBOX_JEMALLOC};
constexpr Allocator ours{"ours", SIGNALBOX_MALLOC};
constexpr Allocator checked{"checked", SIGNALBOX_MALLOC_CHECKED};

// A workload, and what ours and, with checks, ours beside ours may take. By name as allocation_program knows it.
struct Workload {
  std::string_view name;
  std::string_view row;
  double most;
};
constexpr std::array timed{Workload{"pair/16", "malloc and free, 16 B", 1.25},
                           Workload{"pair/1024", "malloc and free, 1 KiB", 1.25},
                           Workload{"sized/64", "new and sized delete, 64 B", 0.9},
                           Workload{"random", "random sizes to 8 KiB", 1.0},
                           Workload{"medium", "random sizes, 1 to 32 KiB", 0.5},
                           Workload{"batch/1000", "batches of 1,000", 1.0},
                           Workload{"batch/100000", "batches of 100,000", 1.2},
                           Workload{"producer_consumer", "producer, consumer", 1.0},
                           Workload{"larson", "larson, 2 threads", 1.0}};
constexpr std::array peaks{
    Workload{"peak/random", "peak, random sizes to 8 KiB", 1.5}, Workload{"peak/medium", "peak, 1 to 32 KiB", 1.5},
    Workload{"peak/batch", "peak, batches of 100,000", 1.5},     Workload{"peak/phases", "peak, phases", 1.5},
    Workload{"peak/small", "peak, a million small blocks", 1.5}, Workload{"peak/larson", "peak, larson", 1.5}};
constexpr std::string_view mean_peak = "peak/geometric_mean";

std::string measurement(const Allocator& allocator, std::string_view workload) {
  return fmt::format("allocation/{}/{}", allocator.name, workload);
}

double run(const Allocator& allocator, std::string_view workload) {
  const std::string command =
      fmt::format("LD_PRELOAD={} {} {}", allocator.library, SIGNALBOX_ALLOCATION_PROGRAM, workload);
  FILE* pipe = popen(command.c_str(), "r");
  CHECK(pipe != nullptr, "the host can start a program");
  double value = 0;
  const bool is_read = std::fscanf(pipe, "%lf", &value) == 1;
  const int status = pclose(pipe);
  CHECK(is_read && status == 0, "the program knows the workload and prints one number");
  return value;
}

double geometric_mean_of_peaks(const Allocator& allocator) {
  double logarithms = 0;
  for (const Workload& workload : peaks) logarithms += std::log(run(allocator, workload.name));
  return std::exp(logarithms / peaks.size());
}

}  // namespace

std::vector<AllocationMeasurement> allocation_measurements() {
  std::vector<AllocationMeasurement> all;
  const auto add = [&](const Allocator& allocator, std::string_view workload, int repetitions) {
    all.push_back({measurement(allocator, workload), repetitions, [=] { return run(allocator, workload); }});
  };
  for (const Workload& workload : timed) {
    for (const Allocator& allocator : {jemalloc, ours, checked}) add(allocator, workload.name, 7);
  }
  for (const Allocator& allocator : {jemalloc, ours}) {
    for (const Workload& workload : peaks) add(allocator, workload.name, 3);
    all.push_back({measurement(allocator, mean_peak), 3, [=] { return geometric_mean_of_peaks(allocator); }});
  }
  return all;
}

std::vector<Bar> allocation_bars() {
  std::vector<Bar> rows;
  const auto add = [&](std::string row, const Allocator& subject, const Allocator& anchor, std::string_view workload,
                       Unit unit, double most) {
    rows.push_back({.row = std::move(row),
                    .measurement = measurement(subject, workload),
                    .unit = unit,
                    .anchor = measurement(anchor, workload),
                    .most = most});
  };
  for (const Workload& workload : timed) {
    add(std::string(workload.row), ours, jemalloc, workload.name, Unit::nanoseconds, workload.most);
  }
  for (const Workload& workload : peaks) {
    add(std::string(workload.row), ours, jemalloc, workload.name, Unit::bytes, workload.most);
  }
  add("peak, geometric mean", ours, jemalloc, mean_peak, Unit::bytes, 1.15);
  for (const Workload& workload : timed) {
    add(fmt::format("checked: {}", workload.row), checked, ours, workload.name, Unit::nanoseconds, 2);
  }
  return rows;
}

}  // namespace signalbox
