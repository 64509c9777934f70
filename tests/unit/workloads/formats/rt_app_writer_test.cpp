#include "workloads/formats/rt_app_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/error_of.hpp"
#include "tests/support/same_scenario.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/formats/rt_app.hpp"

namespace signalbox::rt_app_writer_test {

using ::testing::HasSubstr;

// What is read of the text, written, and read again.
std::string difference_after_writing(const Scenario& scenario) {
  return difference(scenario, parse_rt_app(write_rt_app(scenario), "written"));
}
void expect_round_trip(const std::string& text) {
  const Scenario scenario = parse_rt_app(text, "f");
  EXPECT_EQ(difference_after_writing(scenario), "") << text << "\nbecame\n" << write_rt_app(scenario);
}

TEST(RtAppWriter, LooksAsOneWouldWriteIt) {
  const Scenario scenario = parse_rt_app(R"({"tasks": {
    "a": {"run": 10, "sleep": 20},
    "b": {"loop": 2, "phases": {"p": {"loop": 3, "run": 1, "run": 2}, "q": {"sem_wait": "s"}}}},
    "resources": {"s": {"type": "semaphore", "value": 2}},
    "global": {"duration": 3, "machine": "laptop"}})",
                                         "f");
  EXPECT_EQ(write_rt_app(scenario), R"({
  "global": {"duration": 3, "machine": "laptop"},
  "resources": {
    "s": {"type": "semaphore", "value": 2}
  },
  "tasks": {
    "a": {"run": 10, "sleep": 20},
    "b": {
      "loop": 2,
      "phases": {
        "p": {"loop": 3, "run0": 1, "run1": 2},
        "q": {"sem_wait": "s"}
      }
    }
  }
}
)");
}

TEST(RtAppWriter, EveryEventReadsBack) {
  expect_round_trip(R"({"tasks": {"a": {"loop": 1,
    "run": 1, "runtime": 2, "sleep": 3, "run": 4, "timer": {"ref": "unique1", "period": 5},
    "timer": {"ref": "all", "period": 6, "mode": "absolute"}, "lock": "m", "unlock": "m",
    "wait": {"ref": "c", "mutex": "m"}, "signal": "c", "broad": "c", "sync": {"ref": "c", "mutex": "m"},
    "barrier": "b", "suspend", "suspend": "other", "resume": "a", "sem_post": "s", "sem_wait": "s", "yield": "",
    "fork": "a", "exit": ""}}})");
  expect_round_trip(R"({"tasks": {"a": {"mem": 1, "mem": 0, "iorun": 2,
    "memrun": {"type": "write", "size": 4096, "count": 7},
    "memrun": {"type": "read", "size": 4096, "count": 7, "ref": "all\"s"},
    "memrun": {"type": "chase", "size": 4096, "count": 7, "stride": 64, "pattern": "random"},
    "memrun": {"type": "chase", "size": 4096, "count": 7, "stride": 8, "pattern": "sequential", "ref": "b"},
    "touch": {"bytes": 9, "pattern": "random"}, "touch": {"bytes": 8},
    "malloc": {"bytes": 9, "ref": "a", "count": 3}, "free": {"ref": "a"}}},
    "global": {"mem_buffer_size": 4097, "io_device": "/dev/sda"}})");
}

TEST(RtAppWriter, TasksReadBackInEveryShape) {
  expect_round_trip(R"({"tasks": {
    "for ever": {"run": 1},
    "often": {"loop": 7, "run": 1},
    "phase for ever": {"loop": -1, "run": 1},
    "phases": {"phases": {"phases": {"run": 1}}},
    "same name": {"loop": 3, "phases": {"same name": {"run": 1}}},
    "once": {"loop": 1, "phases": {"x": {"run": 1}, "x": {"loop": -1, "run": 2}}},
    "some": {"instance": 3, "delay": 40, "process": "family", "run": 1},
    "none": {"instance": 0, "run": 1},
    "odd \"name\" \\ é": {"run": 1},
    "program": {"program": "philosophers", "arguments": {"seats": 7, "ordered": "0"}}}})");
}

TEST(RtAppWriter, SchedulingKeysReadBack) {
  expect_round_trip(R"({"tasks": {
    "nice": {"priority": -5, "run": 1}, "batch": {"policy": "SCHED_BATCH", "priority": 3, "run": 1},
    "idle": {"policy": "SCHED_IDLE", "run": 1}, "fifo": {"policy": "SCHED_FIFO", "run": 1},
    "rr": {"policy": "SCHED_RR", "priority": 99, "cpus": [1, 3], "run": 1},
    "dl": {"policy": "SCHED_DEADLINE", "dl-runtime": 5, "dl-deadline": 7, "dl-period": 9, "run": 1},
    "dl short": {"policy": "SCHED_DEADLINE", "dl-runtime": 5, "runtime": 1},
    "slice": {"dl-runtime": 3000, "run": 1}, "deadline": {"dl-deadline": 80, "run": 1},
    "no deadline": {"dl-period": 80, "dl-deadline": 0, "run": 1}, "period": {"dl-period": 80, "run": 1}}})");
}

TEST(RtAppWriter, PhasesInheritAsTheyDid) {
  expect_round_trip(R"({"tasks": {
    "a": {"policy": "SCHED_FIFO", "priority": 4, "phases": {
      "p": {"run": 1}, "q": {"policy": "SCHED_OTHER", "run": 1}, "r": {"priority": 7, "run": 1}}},
    "b": {"phases": {"p": {"cpus": [1], "run": 1}, "q": {"run": 1}}},
    "c": {"cpus": [2], "phases": {"p": {"cpus": [1], "run": 1}, "q": {"run": 1}}},
    "d": {"cpus": [2], "phases": {"p": {"run": 1}, "q": {"run": 1}}}}})");
}

TEST(RtAppWriter, EveryShippedScenarioReadsBack) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/workloads/scenarios")) {
    if (entry.path().extension() == ".md") continue;
    ++count;
    EXPECT_EQ(difference_after_writing(load_scenario(entry.path().string())), "") << entry.path();
  }
  EXPECT_GE(count, 6);
}

TEST(RtAppWriter, WhatFilesCannotSayIsAnInputError) {
  Scenario scenario = parse_rt_app(R"({"tasks": {"a": {"run": 1}}})", "f");
  scenario.tasks[0].phases[0].events[0].action = RunEvent{1500_ns};
  EXPECT_EQ(error_of([&] { write_rt_app(scenario); }),
            "f:1:18: error: a time of 1500ns; expected whole microseconds, which is all that rt-app's files hold");
  scenario = parse_rt_app(R"({"tasks": {"a": {"run": 1}}})", "f");
  scenario.duration = 1500_ms;
  EXPECT_THAT(error_of([&] { write_rt_app(scenario); }), HasSubstr("a duration of 1500ms; expected whole seconds"));
}

}  // namespace signalbox::rt_app_writer_test
