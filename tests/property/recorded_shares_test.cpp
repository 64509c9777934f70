#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/support/scenario_run.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/formats/registry.hpp"

// A replay under the policy of the recording gives each thread the share of CPU time that it had. What it had is
// computed here apart from the reader: by the text of the sched_switch lines alone, and, where the switch to a thread
// is missing (these recordings have had the lines of other tasks taken out), by when it became ready.
namespace signalbox::recorded_shares_test {

std::int64_t number_after(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  std::int64_t number = -1;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + words.size(), text.data() + text.size(), number);
  return number;
}

// "8083.362717: " is the number before the event.
double seconds_of_switch(const std::string& line) {
  std::size_t end = line.find(": ");
  while (end > 0 && (line[end - 1] < '0' || line[end - 1] > '9')) end = line.find(": ", end + 1);
  return std::stod(line.substr(line.rfind(' ', end) + 1));
}

using Shares = std::map<std::int64_t, double>;

Shares normalised(Shares times) {
  double all = 0;
  for (const auto& [pid, time] : times) all += time;
  for (auto& [pid, time] : times) time /= all;
  return times;
}

// Where the switch to a thread is missing, it may have been there since the CPU's last switch, but not before its own.
Shares recorded_shares(const std::string& text) {
  Shares times;
  std::map<std::int64_t, std::pair<std::int64_t, double>> on_cpu;  // who was switched to, and when
  std::map<std::int64_t, double> left;                             // when a thread last left a CPU
  std::istringstream lines(text);
  double first = -1;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#') || line.find("sched_switch: ") == std::string::npos) continue;
    const double when = seconds_of_switch(line);
    if (first < 0) first = when;
    const std::int64_t prev = number_after(line, "prev_pid=");
    auto& [occupant, since] = on_cpu.try_emplace(number_after(line, "["), -1, first).first->second;
    const double begin = occupant == prev || !left.contains(prev) ? since : std::max(since, left[prev]);
    if (prev != 0) times[prev] += when - begin;
    left[prev] = when;
    occupant = number_after(line, "next_pid=");
    since = when;
  }
  return normalised(times);
}

Shares replayed_shares(const Scenario& scenario, unsigned cpus) {
  MachineConfig config;
  config.topology = Topology::uniform(cpus);
  ScenarioRun run("eevdf", config);
  EXPECT_EQ(run.launch(scenario).run(), RunEnd::finished);
  EXPECT_TRUE(run.launched.notes().empty());
  Shares times;
  for (const auto& [name, time] : run.user_times()) {
    times[std::stoll(name.substr(name.rfind('-') + 1))] = time.seconds();
  }
  return normalised(times);
}

class RecordedShares : public testing::TestWithParam<const char*> {};

TEST_P(RecordedShares, AreReproducedWithinThreePercent) {
  const std::string path = std::string(SIGNALBOX_SOURCE_DIR "/../shared/data/traces/") + GetParam();
  const Scenario scenario = load_scenario(path);
  const Shares recorded = recorded_shares(InputFile(path).read_all());
  const Shares replayed = replayed_shares(scenario, scenario.cpus);
  EXPECT_EQ(recorded.size(), replayed.size());
  double worst = 0;
  for (const auto& [pid, share] : recorded) worst = std::max(worst, std::abs(share - replayed.at(pid)));
  EXPECT_LE(worst, 0.03);
  RecordProperty("worst_difference", fmt::format("{:.5f}", worst));
  fmt::print("{}: {} threads, the largest difference of a share is {:.3f} %\n", GetParam(), recorded.size(),
             100 * worst);
}

INSTANTIATE_TEST_SUITE_P(Traces, RecordedShares,
                         testing::Values("make-j2.ftrace.txt", "make-j3.perf.txt", "redis-benchmark.perf.txt.xz"));

}  // namespace signalbox::recorded_shares_test
