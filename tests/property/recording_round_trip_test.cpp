#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/machine_fixture.hpp"
#include "tests/support/trace_file.hpp"
#include "tools/experiment/setting.hpp"
#include "tools/export/registry.hpp"
#include "workloads/formats/registry.hpp"

// A run that is exported as a trace and read back as a scenario runs and sleeps as it did: to the nanosecond where
// nothing but programs takes time.
namespace signalbox::recording_round_trip_test {

// How long a thread was on a CPU, and how often and long it was blocked.
struct ThreadTimes {
  std::string name;
  Duration on_cpu;
  Duration asleep;
  std::uint64_t sleeps = 0;
};

class TimesOfThreads final : public TraceSink {
 public:
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override {
    for (const TraceEvent& event : batch) apply(event, names);
  }
  void finish(Instant) override {}

  std::map<Tid, ThreadTimes> times;

 private:
  void apply(const TraceEvent& event, const TraceNames& names) {
    if (event.kind == TraceKind::thread_created) {
      times[event.thread].name = names.name(NameId(static_cast<NameId::Value>(event.b)));
    }
    if (event.kind == TraceKind::run_end) {
      times[event.thread].on_cpu += Duration(static_cast<std::int64_t>(event.a + event.b));
    }
    if (event.kind == TraceKind::thread_blocked) blocked_[event.thread] = event.when;
    if (event.kind != TraceKind::thread_ready || !blocked_.contains(event.thread)) return;
    times[event.thread].asleep += event.when - blocked_.extract(event.thread).mapped();
    ++times[event.thread].sleeps;
  }

  std::map<Tid, Instant> blocked_;
};

struct RunOfScenario {
  std::map<Tid, ThreadTimes> times;
  std::string trace;
};

RunOfScenario run_of(const Setting& setting, const char* exporter) {
  const TraceFile file;
  TimesOfThreads times;
  const auto exported = find_exporter(exporter)->create(file.path());
  TraceSink* const sinks[] = {exported.get(), &times};
  const PolicyChoice policy = policy_of("eevdf");
  const auto outcome = run_experiment(
      {.scenario = setting.scenario, .machine = setting.machine, .policy = policy, .seed = 1, .until = {}}, sinks);
  EXPECT_TRUE(outcome->notes.empty());
  return {std::move(times.times), file.text()};
}

struct RoundTrip {
  const char* scenario;
  const char* machine;
  const char* exporter;
};

class RecordingRoundTrip : public testing::TestWithParam<RoundTrip> {};

Duration difference(Duration one, Duration other) { return one > other ? one - other : other - one; }

TEST_P(RecordingRoundTrip, KeepsRunAndSleepTimes) {
  const auto [name, machine, exporter] = GetParam();
  Setting setting = load_setting({.scenario = name, .format = {}, .machine = machine, .cpus = 2});
  const RunOfScenario first = run_of(setting, exporter);
  setting.scenario = parse_scenario(first.trace, "exported");
  EXPECT_EQ(setting.scenario.cpus, 2U);
  const RunOfScenario second = run_of(setting, exporter);
  std::map<Tid, ThreadTimes> replayed;  // by the number they had first, which their name ends with
  for (const auto& [tid, times] : second.times) {
    replayed[Tid(std::stoi(times.name.substr(times.name.rfind('-') + 1)))] = times;
  }
  for (const auto& [tid, before] : first.times) {
    const ThreadTimes& after = replayed.at(tid);
    // ftrace rounds each stretch to microseconds.
    const bool is_rounded = std::string_view(exporter) == "ftrace";
    const Duration rounding = is_rounded ? static_cast<std::int64_t>(2 * before.sleeps + 2) * 1_us : 0_ns;
    if (std::string_view(machine) == "textbook") {
      EXPECT_LE(difference(before.on_cpu, after.on_cpu), rounding) << before.name;
      EXPECT_LE(difference(before.asleep, after.asleep), rounding) << before.name;
      EXPECT_EQ(before.sleeps, after.sleeps) << before.name;
    } else {
      // A recorded stretch begins with the switch, whose price comes again; that shifts who waits how long for whom.
      EXPECT_LE(difference(before.on_cpu, after.on_cpu), before.on_cpu / 100 + rounding) << before.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shipped, RecordingRoundTrip,
    testing::Values(RoundTrip{"video_call", "textbook", "perf"}, RoundTrip{"video_call", "laptop", "perf"},
                    RoundTrip{"build_system", "textbook", "ftrace"}, RoundTrip{"build_system", "laptop", "perf"},
                    RoundTrip{"mixed_batch", "textbook", "perf"}, RoundTrip{"mixed_batch", "laptop", "ftrace"}),
    [](const auto& parameter) {
      const RoundTrip& trip = parameter.param;
      return std::string(trip.scenario) + "_on_" + trip.machine + "_as_" + trip.exporter;
    });

}  // namespace signalbox::recording_round_trip_test
