#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/machine_fixture.hpp"
#include "tests/support/trace_file.hpp"
#include "tools/experiment/setting.hpp"
#include "tools/export/registry.hpp"

namespace signalbox::exported_slices_test {

// A stretch of a thread on a CPU, in nanoseconds.
struct CpuSlice {
  std::int64_t cpu;
  std::int64_t tid;
  std::int64_t begin;
  std::int64_t end;

  auto operator<=>(const CpuSlice&) const = default;
};
using CpuSlices = std::vector<CpuSlice>;

void PrintTo(const CpuSlice& slice, std::ostream* out) {
  *out << "cpu " << slice.cpu << " tid " << slice.tid << " " << slice.begin << ".." << slice.end;
}

std::int64_t number_after(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  std::int64_t number = -1;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + words.size(), text.data() + text.size(), number);
  return number;
}

// "  12.345678: " before `end`: its seconds and however many decimals there are, in nanoseconds.
std::int64_t time_before(std::string_view line, std::size_t end) {
  const std::size_t point = line.rfind('.', end);
  const std::size_t begin = line.rfind(' ', point) + 1;
  const std::size_t colon = line.find(':', point);
  std::string digits(line.substr(begin, point - begin));
  digits += line.substr(point + 1, colon - point - 1);
  digits.append(9 - (colon - point - 1), '0');
  return std::stoll(digits);
}

// As a reader of ftrace or perf text takes them from sched_switch.
CpuSlices slices_of_text(const std::string& text) {
  CpuSlices slices;
  std::map<std::int64_t, CpuSlice> running;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.find("sched_switch: ");
    if (name == std::string::npos) continue;
    const std::int64_t when = time_before(line, name);
    const std::int64_t cpu = number_after(line, "[");  // 003: from_chars reads past the zeros
    const std::int64_t prev = number_after(line, "prev_pid=");
    const std::int64_t next = number_after(line, "next_pid=");
    if (prev != 0) {
      const auto found = running.find(cpu);
      EXPECT_TRUE(found != running.end() && found->second.tid == prev) << line;
      if (found == running.end()) continue;
      found->second.end = when;
      slices.push_back(found->second);
      running.erase(found);
    }
    if (next != 0) running[cpu] = {cpu, next, when, 0};
  }
  EXPECT_TRUE(running.empty()) << "what runs at the end is closed";
  std::ranges::sort(slices);
  return slices;
}

CpuSlices slices_of_json(const std::string& text) {
  CpuSlices slices;
  const auto nanoseconds = [](const nlohmann::json& microseconds) {
    return std::llround(microseconds.get<double>() * 1'000);
  };
  const nlohmann::json trace = nlohmann::json::parse(text);
  for (const nlohmann::json& event : trace["traceEvents"]) {
    if (event["ph"] != "X" || event["pid"] != 0) continue;
    const std::int64_t begin = nanoseconds(event["ts"]);
    slices.push_back({event["tid"].get<std::int64_t>() - 1, event["args"]["tid"].get<std::int64_t>(), begin,
                      begin + nanoseconds(event["dur"])});
  }
  std::ranges::sort(slices);
  return slices;
}

// ftrace's clock: whole microseconds, halves up (ns2usecs() of kernel/trace/trace.c).
CpuSlices rounded(CpuSlices slices) {
  const auto round = [](std::int64_t& time) { time = (time + 500) / 1'000 * 1'000; };
  for (CpuSlice& slice : slices) {
    round(slice.begin);
    round(slice.end);
  }
  std::ranges::sort(slices);
  return slices;
}

// What is in the one and not in the other; a vain search through thousands otherwise.
CpuSlices without(const CpuSlices& all, const CpuSlices& taken) {
  CpuSlices rest;
  std::ranges::set_difference(all, taken, std::back_inserter(rest));
  return rest;
}

// Drawings leave out stretches of no length (who is dispatched and preempted at one instant), texts show both switches.
void expect_equal(CpuSlices actual, CpuSlices expected) {
  const auto is_empty = [](const CpuSlice& slice) { return slice.begin == slice.end; };
  std::erase_if(actual, is_empty);
  std::erase_if(expected, is_empty);
  EXPECT_EQ(without(actual, expected), CpuSlices()) << "too many";
  EXPECT_EQ(without(expected, actual), CpuSlices()) << "missing";
}

class ExportedSlices : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ExportedSlices, AreEqualInEveryFormat) {
  const auto& [scenario, machine] = GetParam();
  const Setting setting = load_setting({.scenario = scenario, .format = {}, .machine = machine, .cpus = 2});
  const TraceFile json;
  const TraceFile ftrace;
  const TraceFile perf;
  const PolicyChoice policy = policy_of("eevdf");
  {
    const auto chrome_sink = find_exporter("chrome")->create(json.path());
    const auto ftrace_sink = find_exporter("ftrace")->create(ftrace.path());
    const auto perf_sink = find_exporter("perf")->create(perf.path());
    TraceSink* const sinks[] = {chrome_sink.get(), ftrace_sink.get(), perf_sink.get()};
    run_experiment({.scenario = setting.scenario, .machine = setting.machine, .policy = policy, .seed = 1, .until = {}},
                   sinks);
  }
  const CpuSlices drawn = slices_of_json(json.text());
  EXPECT_GT(drawn.size(), 100U);
  expect_equal(slices_of_text(perf.text()), drawn);
  expect_equal(slices_of_text(ftrace.text()), rounded(drawn));
}

INSTANTIATE_TEST_SUITE_P(Shipped, ExportedSlices,
                         testing::Combine(testing::Values("video_call", "build_system", "mixed_batch"),
                                          testing::Values("textbook", "laptop")),
                         [](const auto& parameter) {
                           return std::string(std::get<0>(parameter.param)) + "_on_" + std::get<1>(parameter.param);
                         });

}  // namespace signalbox::exported_slices_test
