#include "tools/allocators/scenario_recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::scenario_recording_test {

using testing::HasSubstr;

RecordingRequest request_of(const std::string& scenario) {
  RecordingRequest request{.policy = std::get<PolicyChoice>(parse_policy("eevdf"))};
  request.setting.scenario = scenario;
  request.setting.machine = "laptop";
  return request;
}

constexpr std::string_view two_mailers = R"({"tasks": {
  "a": {"loop": 3, "malloc": {"ref": "r", "bytes": 100, "count": 4}, "run": 50, "free": {"ref": "r", "count": 3}},
  "b": {"instance": 2, "process": "p", "loop": 2, "malloc": {"ref": "s", "bytes": 5000}, "sleep": 100}}})";

TEST(ScenarioRecording, HasEachProcessesCalls) {
  const TestFolder folder;
  const std::string path = folder.write("s.json", two_mailers);
  const AllocationTrace trace = record_scenario(request_of(path));
  EXPECT_EQ(trace.name, "s");
  EXPECT_EQ(trace.process_count(), 2U);
  EXPECT_EQ(trace.threads, 3U);
  std::size_t mallocs = 0;
  std::size_t frees = 0;
  Instant last;
  for (const AllocationStep& step : trace.steps) {
    mallocs += step.kind == AllocationKind::malloc;
    frees += step.kind == AllocationKind::free;
    EXPECT_GE(step.at, last);
    last = step.at;
  }
  EXPECT_EQ(mallocs, 3U * 4 + 2U * 2);
  EXPECT_EQ(frees, 9U);
  EXPECT_EQ(trace.steps, record_scenario(request_of(path)).steps);
}

TEST(ScenarioRecording, RefusesWhatAllocatesNothingOrNeverEnds) {
  EXPECT_THAT(error_of([] { record_scenario(request_of("web_server")); }), HasSubstr("ask nothing of their heaps"));
  const TestFolder folder;
  const std::string endless = folder.write("e.json", R"({"tasks": {"a": {"loop": -1, "sleep": 5}}})");
  EXPECT_THAT(error_of([&] { record_scenario(request_of(endless)); }), HasSubstr("--until"));
  const std::string bad = folder.write("b.json", R"({"tasks": {"a": {"malloc": {"ref": "r"}}}})");
  EXPECT_THAT(error_of([&] { record_scenario(request_of(bad)); }), HasSubstr("b.json:1:"));
}

TEST(ScenarioRecording, SaysHowARunEndedThatDidNotEndWell) {
  const TestFolder folder;
  const std::string path = folder.write(
      "d.json", R"({"tasks": {"a": {"loop": 1, "malloc": {"ref": "r", "bytes": 9}, "sem_wait": "never"}}})");
  const AllocationTrace trace = record_scenario(request_of(path));
  ASSERT_EQ(trace.steps.size(), 1U);
  ASSERT_FALSE(trace.notes.empty());
  EXPECT_EQ(trace.notes.back(), "d: ends in a deadlock");
}

}  // namespace signalbox::scenario_recording_test
