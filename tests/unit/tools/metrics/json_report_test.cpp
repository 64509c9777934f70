#include "tools/metrics/json_report.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/trace_script.hpp"
#include "tools/metrics/run_metrics.hpp"

namespace signalbox::json_report_test {

using Json = nlohmann::ordered_json;

void small_run(TraceScript& script) {
  script.machine(0, 1);
  script.start(0, 2, 2, "a \xff");
  script.start(0, 3, 3, "never");
  script.begin(0, 2, 0, SwitchKind::process, 2);
  script.wait(12, 2, 0, WaitKind::mutex, 10);
  script.ready(20, 2);
  script.begin(21, 2, 0, SwitchKind::resumed);
  script.exit(30, 2, 0, 9);
  script.stop(40, RunEnd::until);
}

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  return keys;
}

TEST(JsonReport, HasTheKeysScriptsRelyOnInTheirOrder) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  small_run(script);
  const Json json = run_json({{"schema", 1}, {"scenario", "x"}}, metrics.report(), Json::parse(threads_text(metrics)));
  const std::vector<std::string> keys = keys_of(json);
  const std::vector<std::string> promised{
      "schema",   "scenario",      "end",           "makespan_ns",     "throughput_per_s",
      "cpu",      "turnaround_ns", "waiting_ns",    "response_ns",     "wakeup_latency_ns",
      "switches", "migrations",    "fairness_jain", "deadline_misses", "threads"};
  std::size_t next = 0;
  for (const std::string& key : keys) next += next < promised.size() && key == promised[next] ? 1u : 0u;
  EXPECT_EQ(next, promised.size()) << json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TEST(JsonReport, CarriesTheNumbers) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  small_run(script);
  const Json json = to_json(metrics.report());
  EXPECT_EQ(json["end"], "until");
  EXPECT_EQ(json["makespan_ns"], 40);
  EXPECT_EQ(json["cpu"]["user_ns"], 19);
  EXPECT_EQ(json["cpu"]["switch_ns"], 2);
  EXPECT_EQ(json["cpu"]["idle_ns"], 19);
  EXPECT_EQ(json["turnaround_ns"]["mean"], 30);
  EXPECT_EQ(json["wakeup_latency_ns"]["max"], 1);
  EXPECT_EQ(json["switches"]["by_reason"]["blocked"], 1);
  EXPECT_EQ(json["blocked_ns"]["mutex"], 8);
  EXPECT_EQ(json["unfinished"], 1);
}

TEST(JsonReport, AThreadThatDidNotFinishHasNulls) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  small_run(script);
  const Json never = to_json(metrics.thread(1));
  EXPECT_TRUE(never["first_run_ns"].is_null());
  EXPECT_TRUE(never["finish_ns"].is_null());
  EXPECT_TRUE(never["turnaround_ns"].is_null());
  EXPECT_TRUE(never["response_ns"].is_null());
  EXPECT_EQ(never["waiting_ns"], 40);
  EXPECT_EQ(never["cpu_ns"], 0);
}

TEST(JsonReport, NoSamplesAreNullsNotZeros) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  script.machine(0, 1);
  script.stop(0);
  EXPECT_TRUE(to_json(metrics.report())["turnaround_ns"]["p99"].is_null());
}

TEST(JsonReport, StreamedAndBuiltAreEqual) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  small_run(script);
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  ASSERT_TRUE(write_run_json(file, {{"schema", 1}}, metrics));
  std::rewind(file);
  std::string text(100'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  const Json built = run_json({{"schema", 1}}, metrics.report(), Json::parse(threads_text(metrics)));
  EXPECT_EQ(Json::parse(text), Json::parse(built.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

TEST(JsonReport, AFullDiskIsReported) {
  RunMetrics metrics;
  TraceScript script{&metrics};
  small_run(script);
  std::FILE* file = std::fopen("/dev/full", "w");
  ASSERT_NE(file, nullptr);
  EXPECT_FALSE(write_run_json(file, {{"schema", 1}}, metrics));
  std::fclose(file);
}

}  // namespace signalbox::json_report_test
