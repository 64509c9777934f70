// signalbox_bench [--json FILE] [options of Google Benchmark]: is it as fast as issue 2 demands? See README.md.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "tests/bench/measurements.hpp"
#include "tests/bench/probes.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace signalbox;

constexpr int wrong_use = 2;

// Takes "--json FILE" out of the arguments; empty if it is not there.
std::string take_json_path(std::vector<char*>& arguments) {
  const auto flag = std::ranges::find_if(arguments, [](const char* text) { return std::strcmp(text, "--json") == 0; });
  if (flag == arguments.end() || std::next(flag) == arguments.end()) return {};
  std::string path = *std::next(flag);
  arguments.erase(flag, std::next(flag, 2));
  return path;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  if (argc == 3 && std::strcmp(argv[1], "--probe") == 0) return run_probe(argv[2]);
  const std::string json_path = take_json_path(arguments);
  // Repetitions of all rows mixed, so that a busy minute of the host hurts a row and its anchor alike.
  std::string mixed = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, mixed.data());
  int left = static_cast<int>(arguments.size());
  benchmark::Initialize(&left, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(left, arguments.data())) return wrong_use;

  register_measurements();
  const std::vector<TableRow> table = table_of(run_measurements());
  if (json_path != "-") print(table);
  if (!json_path.empty() && !write_json(table, json_path)) {
    fmt::print(stderr, "signalbox_bench: cannot write {}\n", json_path);
    return wrong_use;
  }
  return std::ranges::all_of(table, &TableRow::is_met) && !table.empty() ? 0 : 1;
}
