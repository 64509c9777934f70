#include "workloads/formats/rt_app_global.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_global_test {

LooseMember member(std::string_view value) {
  return read_loose_json("{\"k\": " + std::string(value) + "}", "f").members[0];
}
RtAppContext global(std::string_view value) {
  RtAppContext context;
  read_rt_app_global(member(value), context);
  return context;
}
RtAppContext resources(std::string_view value) {
  RtAppContext context;
  read_rt_app_resources(member(value), context);
  return context;
}
std::string global_error(std::string_view value) {
  return error_of([value] { global(value); });
}
std::string resources_error(std::string_view value) {
  return error_of([value] { resources(value); });
}

TEST(RtAppGlobal, DurationIsInSecondsAndOptional) {
  EXPECT_EQ(global(R"({"duration": 2})").scenario.duration, 2_s);
  EXPECT_FALSE(global(R"({"duration": -1})").scenario.duration.has_value());
  EXPECT_FALSE(global(R"({"duration": 0})").scenario.duration.has_value());
  EXPECT_FALSE(global("{}").scenario.duration.has_value());
}

TEST(RtAppGlobal, NamesMachineAndDefaultPolicy) {
  EXPECT_EQ(global(R"({"machine": "laptop"})").scenario.machine, "laptop");
  EXPECT_EQ(global(R"({"default_policy": "SCHED_RR"})").default_class, SchedClass::round_robin);
}

TEST(RtAppGlobal, SaysWhetherMutexesInherit) {
  EXPECT_TRUE(global(R"({"pi_enabled": true})").scenario.inherits_priority);
  EXPECT_FALSE(global(R"({"pi_enabled": false})").scenario.inherits_priority);
  EXPECT_FALSE(global("{}").scenario.inherits_priority);
}

TEST(RtAppGlobal, WhatAsksForNothingIsNotNoted) {
  const RtAppContext context = global(R"({"pi_enabled": false, "lock_pages": False, "gnuplot": false, "logdir": "",
      "ftrace": "none", "log_size": "disable", "cumulative_slack": false, "frag": 1})");
  EXPECT_TRUE(context.scenario.notes.empty());
}

TEST(RtAppGlobal, WhatHasNoEffectIsNoted) {
  const RtAppContext context = global(R"({"calibration": "CPU0", "pi_enabled": true, "lock_pages": true, "logdir": "./",
      "log_basename": "x", "log_size": "file", "gnuplot": true, "ftrace": "main,task", "cumulative_slack": true, "frag": 2, "fragment": 3})");
  EXPECT_EQ(context.scenario.notes.size(), 10U);
  EXPECT_EQ(context.scenario.notes[1], "\"lock_pages\" has no effect: memory is not emulated yet");
}

TEST(RtAppGlobal, BufferAndDeviceAreKept) {
  const Scenario standard = global("{}").scenario;
  EXPECT_EQ(standard.memory_buffer, 4'194'304U);
  EXPECT_EQ(standard.io_device, "/dev/null");
  const Scenario own = global(R"({"mem_buffer_size": 4096, "io_device": "/dev/sda"})").scenario;
  EXPECT_EQ(own.memory_buffer, 4096U);
  EXPECT_EQ(own.io_device, "/dev/sda");
  EXPECT_TRUE(own.notes.empty());
}

TEST(RtAppGlobal, OlderSpellingsAreLegal) {
  EXPECT_EQ(global(R"({"calibration": 128, "log_size": 2, "ftrace": true})").scenario.notes.size(), 3U);
  EXPECT_EQ(global(R"({"log_size": "Auto", "ftrace": false})").scenario.notes.size(), 1U);
}

struct Malformed {
  const char* value;
  const char* message;
};

TEST(RtAppGlobal, WrongValuesAreRefused) {
  const Malformed cases[] = {
      {"[]", "f:1:7: error: \"k\" is a list; expected an object in braces"},
      {R"({"durration": 2})",
       "f:1:8: error: unknown key \"durration\" of \"global\"; expected a known key, such as "
       "\"duration\", the nearest"},
      {R"({"duration": 2.5})",
       "f:1:20: error: \"duration\" is 2.5; expected a whole number of seconds up to 1000000000, "
       "or -1 to run until all tasks end"},
      {R"({"duration": -2})",
       "f:1:20: error: \"duration\" is -2; expected a whole number of seconds up to 1000000000, "
       "or -1 to run until all tasks end"},
      {R"({"calibration": "CPU"})",
       "f:1:23: error: \"calibration\" is the string \"CPU\"; expected \"CPU\" and a "
       "number, or a number of nanoseconds per loop"},
      {R"({"calibration": 0})",
       "f:1:23: error: \"calibration\" is 0; expected \"CPU\" and a number, or a number of "
       "nanoseconds per loop"},
      {R"({"log_size": "big"})",
       "f:1:20: error: \"log_size\" is the string \"big\"; expected \"file\", \"disable\", "
       "\"auto\" or a number of MiB"},
      {R"({"ftrace": "main,tusk"})",
       "f:1:18: error: \"ftrace\" is the string \"main,tusk\"; expected categories out of "
       "main, task, run, loop, event, stats, attrs, none"},
      {R"({"pi_enabled": 1})", "f:1:22: error: \"pi_enabled\" is 1; expected true or false"},
      {R"({"mem_buffer_size": 0})",
       "f:1:27: error: \"mem_buffer_size\" is 0; expected a whole number of bytes from 1 "
       "to 2147483647"},
      {R"({"frag": 0})", "f:1:16: error: \"frag\" is 0; expected a whole number from 1 to 1000000"},
      {R"({"machine": ""})",
       "f:1:19: error: \"machine\" is the string \"\"; expected the name of a machine or of a "
       "machine file"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(global_error(malformed.value), malformed.message);
}

TEST(RtAppResources, GiveSemaphoresTheirFirstValue) {
  const RtAppContext context = resources(R"({"m": {"type": "mutex"}, "t": {"type": "timer"}, "d": {},
      "slots": {"type": "semaphore", "value": 4}, "items": {"type": "semaphore"}})");
  EXPECT_EQ(context.scenario.semaphores, (std::map<std::string, std::int64_t>{{"slots", 4}}));
  EXPECT_TRUE(context.scenario.notes.empty());
}

TEST(RtAppResources, MayBeACountAsLongAgo) { EXPECT_EQ(resources_error("3"), "no error"); }

TEST(RtAppResources, WrongValuesAreRefused) {
  const Malformed cases[] = {
      {"-3", "f:1:7: error: \"k\" is -3; expected an object in braces, or how many mutexes there are"},
      {R"({"a": "mutex"})", "f:1:13: error: \"a\" is the string \"mutex\"; expected an object in braces"},
      {R"({"a": {"type": "mutecks"}})",
       "f:1:22: error: \"type\" is the string \"mutecks\"; expected one of mutex, wait, signal, broadcast, sync, "
       "timer, "
       "sleep, run, barrier, semaphore; the nearest is mutex"},
      {R"({"a": {"type": "mutex", "value": 1}})",
       "f:1:31: error: \"value\" of a mutex; expected it in a semaphore only"},
      {R"({"a": {"type": "semaphore", "value": -1}})",
       "f:1:44: error: \"value\" is -1; expected a whole number from 0 to 2147483647"},
      {R"({"a": {"typ": "mutex"}})",
       "f:1:14: error: unknown key \"typ\" of a resource; expected a known key, such as \"type\", the nearest"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(resources_error(malformed.value), malformed.message);
}

}  // namespace signalbox::rt_app_global_test
