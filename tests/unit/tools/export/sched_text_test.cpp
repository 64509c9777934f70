#include "tools/export/sched_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"
#include "tools/export/registry.hpp"

namespace signalbox::sched_text_test {

// cpu, begin in ns, end in ns, tid.
using Slice = std::tuple<int, std::int64_t, std::int64_t, int>;

// The stretches between the sched_switch lines of each CPU.
std::vector<Slice> slices_of_switches(const std::string& text) {
  static const std::regex line_of(
      R"(\[(\d+)\].* (\d+)\.(\d+):\s+(?:sched:)?sched_switch: .*prev_pid=(\d+) .*next_pid=(\d+) )");
  std::vector<Slice> slices;
  std::vector<std::int64_t> since(16);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (!std::regex_search(line, found, line_of)) continue;
    const int cpu = std::stoi(found[1]);
    const std::int64_t fraction = std::stoll(found[3]) * (found[3].length() == 6 ? 1'000 : 1);
    const std::int64_t now = std::stoll(found[2]) * 1'000'000'000 + fraction;
    std::int64_t& begun = since[static_cast<std::size_t>(cpu)];
    if (found[4] != "0" && now > begun) slices.emplace_back(cpu, begun, now, std::stoi(found[4]));
    begun = now;
  }
  std::ranges::sort(slices);
  return slices;
}

std::vector<Slice> slices_of_chrome(const std::string& text) {
  const auto nanoseconds = [](const nlohmann::json& microseconds) {
    return std::llround(microseconds.get<double>() * 1'000);
  };
  std::vector<Slice> slices;
  const nlohmann::json trace = nlohmann::json::parse(text);
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] != "X" || event["pid"] != 0) continue;
    const std::int64_t begin = nanoseconds(event["ts"]);
    slices.emplace_back(event["tid"].get<int>() - 1, begin, begin + nanoseconds(event["dur"]),
                        event["args"]["tid"].get<int>());
  }
  std::ranges::sort(slices);
  return slices;
}

struct Exported {
  TraceFile chrome;
  TraceFile ftrace;
  TraceFile perf;
};

template <class Run>
void export_run(const Exported& files, Run run) {
  const auto chrome = find_exporter("chrome")->create(files.chrome.path());
  const auto ftrace = find_exporter("ftrace")->create(files.ftrace.path());
  const auto perf = find_exporter("perf")->create(files.perf.path());
  TraceScript script{chrome.get(), ftrace.get(), perf.get()};
  run(script);
}

TEST(SchedText, SlicesEqualTheChromeTraces) {
  const Exported files;
  export_run(files, [](TraceScript& script) { small_run(script); });
  const std::vector<Slice> want{{0, 1'000, 6'000, 2},   {0, 6'000, 11'000, 4}, {0, 11'000, 22'000, 2},
                                {0, 22'000, 30'000, 3}, {1, 5'000, 9'250, 3},  {1, 16'001, 20'000, 3},
                                {1, 20'000, 25'000, 4}};
  EXPECT_EQ(slices_of_chrome(files.chrome.text()), want);
  EXPECT_EQ(slices_of_switches(files.perf.text()), want);
}

// Two CPUs and four threads that run, wait, are preempted and go on, as `choices` says; each step at least 1 us.
void random_run(TraceScript& script, const std::vector<std::uint32_t>& choices) {
  enum class State { ready, running, blocked };
  State states[4]{};
  int on_cpu[2]{-1, -1};
  script.machine(0, 2);
  for (int tid = 2; tid < 6; ++tid) script.start(0, tid, tid, "t");
  std::int64_t now = 0;
  for (const std::uint32_t choice : choices) {
    now += choice % 3 * 1'000;  // often several steps at one instant
    const unsigned cpu = choice / 3 % 2;
    const int which = static_cast<int>(choice / 6 % 4);
    int& runs = on_cpu[cpu];
    if (states[which] == State::blocked) {
      script.ready(now, which + 2, cpu);
      states[which] = State::ready;
    } else if (runs < 0 && states[which] == State::ready) {
      script.begin(now, which + 2, cpu);
      states[which] = State::running;
      runs = which;
    } else if (runs >= 0) {
      const bool blocks = choice / 24 % 2 == 0;
      const bool goes_on = choice / 48 % 2 == 0;
      if (blocks) {
        script.wait(now, runs + 2, cpu, WaitKind::mutex);
      } else {
        script.end(now, runs + 2, cpu, SwitchReason::slice_expired);
      }
      states[runs] = blocks ? State::blocked : State::ready;
      if (!blocks && goes_on) {
        script.begin(now, runs + 2, cpu, SwitchKind::resumed);
        states[runs] = State::running;
      } else {
        runs = -1;
      }
    }
  }
  script.stop(now + 1'000, RunEnd::until);
}

RC_GTEST_PROP(SchedText, SlicesOfAnyRunEqualTheChromeTraces, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0u, 96u));
  const Exported files;
  export_run(files, [&](TraceScript& script) { random_run(script, choices); });
  const std::vector<Slice> want = slices_of_chrome(files.chrome.text());
  RC_ASSERT(slices_of_switches(files.ftrace.text()) == want);
  RC_ASSERT(slices_of_switches(files.perf.text()) == want);
}

}  // namespace signalbox::sched_text_test
