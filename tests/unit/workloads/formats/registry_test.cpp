#include "workloads/formats/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "tests/support/error_of.hpp"

namespace signalbox::registry_test {

constexpr std::string_view rt_app_text = R"({"tasks": {"a": {"run": 1, "sleep": 1}}})";
constexpr std::string_view job_table_text = "name,arrival_us,burst_us,priority\na,0,1,0\n";
constexpr std::string_view sched_trace_text =
    "a 7 [000] 1.000000000: sched:sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> "
    "next_comm=swapper/0 next_pid=0 next_prio=120\n";
constexpr std::string_view swf_text = "1 0 -1 10 2 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1\n";

TEST(FormatRegistry, NamesDifferAndEachHasADescription) {
  std::set<std::string_view> names;
  for (const Format& format : formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_FALSE(format.description.empty());
    EXPECT_TRUE(format.endings.starts_with('.'));
  }
}

TEST(FormatRegistry, EachFormatRecognisesItsOwnTextOnly) {
  for (const Format& format : formats()) {
    EXPECT_EQ(format.recognise(rt_app_text), format.name == "rt-app");
    EXPECT_EQ(format.recognise(job_table_text), format.name == "job-table");
    EXPECT_EQ(format.recognise(sched_trace_text), format.name == "sched-trace");
    EXPECT_EQ(format.recognise(swf_text), format.name == "swf");
  }
}

TEST(FormatRegistry, ContentDecidesNotTheEnding) {
  EXPECT_EQ(parse_scenario(rt_app_text, "x.csv").format, "rt-app");
  EXPECT_EQ(parse_scenario(job_table_text, "x.json").format, "job-table");
  EXPECT_EQ(parse_scenario(sched_trace_text, "x.swf").format, "sched-trace");
  EXPECT_EQ(parse_scenario(swf_text, "x.perf").format, "swf");
}

TEST(FormatRegistry, NamedFormatOverridesTheContent) {
  EXPECT_EQ(error_of([] { parse_scenario(job_table_text, "x", "rt-app"); }),
            "x:1:1: error: this is no object; expected \"{\" and \"tasks\" in it");
  EXPECT_EQ(parse_scenario(rt_app_text, "x", "rt-app").tasks.size(), 1U);
}

TEST(FormatRegistry, UnknownNameNamesTheNearest) {
  EXPECT_EQ(error_of([] { parse_scenario(rt_app_text, "x", "rtapp"); }),
            "--format: error: unknown format \"rtapp\"; expected one of rt-app, job-table, sched-trace, swf; the "
            "nearest is rt-app");
  EXPECT_EQ(find_format("rtapp"), nullptr);
  EXPECT_EQ(find_format("job-table")->name, "job-table");
}

TEST(FormatRegistry, UnrecognisedTextSaysWhatThereIs) {
  EXPECT_EQ(
      error_of([] { parse_scenario("hello", "x"); }),
      "x:1:1: error: no format recognises this text; expected an rt-app object in braces, a job table that begins with "
      "the line name,arrival_us,burst_us,priority, text of ftrace or perf sched script, or a log in the Standard "
      "Workload Format");
}

// Read line by line, and unpacked on the way.
TEST(FormatRegistry, ScenarioIsNamedAfterItsFileWithoutEndings) {
  const Scenario scenario = load_scenario(SIGNALBOX_SOURCE_DIR "/../shared/data/traces/redis-benchmark.perf.txt.xz");
  EXPECT_EQ(scenario.name, "redis-benchmark.perf");
  EXPECT_EQ(scenario.format, "sched-trace");
}

TEST(FormatRegistry, NotesNameTheirFile) {
  const Scenario scenario =
      parse_scenario(R"({"tasks": {"a": {"loop": 1, "run": 1}}, "global": {"lock_pages": true}})", "dir/x.json");
  EXPECT_EQ(scenario.notes,
            (std::vector<std::string>{"dir/x.json: \"lock_pages\" has no effect: memory is not emulated yet"}));
}

TEST(FormatRegistry, AScenarioIsWrittenInItsOwnFormat) {
  for (const std::string_view text : {rt_app_text, job_table_text}) {
    const Scenario scenario = parse_scenario(text, "x");
    EXPECT_EQ(parse_scenario(write_scenario(scenario), "y").format, scenario.format);
  }
}

TEST(FormatRegistry, WhatHasNoFormatIsWrittenAsRtApp) {
  Scenario scenario = parse_scenario(job_table_text, "x");
  scenario.format = "program";
  EXPECT_EQ(parse_scenario(write_scenario(scenario), "y").format, "rt-app");
}

TEST(FormatRegistry, MissingFileIsAnInputError) {
  EXPECT_EQ(error_of([] { load_scenario("/none/such.json"); }),
            "/none/such.json: error: there is no such file; expected a readable text file");
}

// Every scenario that ships is read, without a note: nothing in it may be without effect.
TEST(ShippedScenarios, AllParseAndAreNamedAfterTheirFile) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/workloads/scenarios")) {
    if (entry.path().extension() == ".md") continue;
    ++count;
    const Scenario scenario = load_scenario(entry.path().string());
    EXPECT_EQ(scenario.name, entry.path().stem().string());
    EXPECT_FALSE(scenario.tasks.empty());
    EXPECT_TRUE(scenario.notes.empty()) << entry.path() << ": " << scenario.notes.front();
  }
  EXPECT_GE(count, 6U);
}

}  // namespace signalbox::registry_test
