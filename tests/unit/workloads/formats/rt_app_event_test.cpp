#include "workloads/formats/rt_app_event.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_event_test {

ScriptEvent read(std::string_view member) {
  const LooseValue object = read_loose_json("{" + std::string(member) + "}", "f");
  return read_rt_app_event(object.members[0], "me");
}
template <class Event>
Event read_as(std::string_view member) {
  return std::get<Event>(read(member).action);
}
std::string error_in(std::string_view member) {
  return error_of([member] { read(member); });
}

TEST(RtAppEvent, TimesAreMicroseconds) {
  EXPECT_EQ(read_as<RunEvent>(R"("run": 20)").duration, 20_us);
  EXPECT_EQ(read_as<RunEvent>(R"("run_b": 0)").duration, 0_us);
  EXPECT_EQ(read_as<RuntimeEvent>(R"("runtime1": 5)").duration, 5_us);
  EXPECT_EQ(read_as<SleepEvent>(R"("sleep": 1000000)").duration, 1_s);
}

TEST(RtAppEvent, NamesOneObject) {
  EXPECT_EQ(read_as<LockEvent>(R"("lock": "m")").mutex, "m");
  EXPECT_EQ(read_as<UnlockEvent>(R"("unlock": "m")").mutex, "m");
  EXPECT_EQ(read_as<SignalEvent>(R"("signal": "c")").condition, "c");
  EXPECT_EQ(read_as<BroadcastEvent>(R"("broad": "c")").condition, "c");
  EXPECT_EQ(read_as<BarrierEvent>(R"("barrier": "b")").barrier, "b");
  EXPECT_EQ(read_as<ResumeEvent>(R"("resume": "t")").task, "t");
  EXPECT_EQ(read_as<SemaphorePostEvent>(R"("sem_post": "s")").semaphore, "s");
  EXPECT_EQ(read_as<SemaphoreWaitEvent>(R"("sem_wait": "s")").semaphore, "s");
  EXPECT_EQ(read_as<ForkEvent>(R"("fork": "t")").task, "t");
}

TEST(RtAppEvent, WaitAndSyncNameConditionAndMutex) {
  const auto wait = read_as<WaitEvent>(R"("wait": {"ref": "c", "mutex": "m"})");
  EXPECT_EQ(wait.condition, "c");
  EXPECT_EQ(wait.mutex, "m");
  const auto sync = read_as<SyncEvent>(R"("sync": {"mutex": "m", "ref": "c"})");
  EXPECT_EQ(sync.condition, "c");
  EXPECT_EQ(sync.mutex, "m");
}

TEST(RtAppEvent, SuspendWithoutAValueWaitsForItsOwnTask) {
  EXPECT_EQ(read_as<SuspendEvent>(R"("suspend")").task, "me");
  EXPECT_EQ(read_as<SuspendEvent>(R"("suspend": "")").task, "me");
  EXPECT_EQ(read_as<SuspendEvent>(R"("suspend": "other")").task, "other");
}

TEST(RtAppEvent, YieldAndExitTakeNoValue) {
  read_as<YieldEvent>(R"("yield")");
  read_as<YieldEvent>(R"("yield": "")");
  read_as<ExitEvent>(R"("exit")");
  EXPECT_EQ(error_in(R"("exit": 3)"), "f:1:10: error: \"exit\" is 3; expected no value or \"\"");
}

TEST(RtAppEvent, TimerIsRelativeAndSharedUnlessItSaysOtherwise) {
  const auto shared = read_as<TimerEvent>(R"("timer": {"ref": "tick", "period": 100})");
  EXPECT_EQ(shared.timer, "tick");
  EXPECT_EQ(shared.period, 100_us);
  EXPECT_EQ(shared.mode, TimerMode::relative);
  EXPECT_FALSE(shared.is_per_instance);
  const auto unique = read_as<TimerEvent>(R"("timer1": {"ref": "uniqueB", "period": 0, "mode": "absolute"})");
  EXPECT_TRUE(unique.is_per_instance);
  EXPECT_EQ(unique.mode, TimerMode::absolute);
}

TEST(RtAppEvent, KeepsThePlaceOfItsKey) {
  const ScriptEvent event = read("\n  \"run\": 1");
  EXPECT_EQ(event.place.line, 2U);
  EXPECT_EQ(event.place.column, 3U);
}

struct Malformed {
  const char* member;
  const char* message;
};

TEST(RtAppEvent, WrongValuesAreRefused) {
  const Malformed cases[] = {
      {R"("run": -1)", "f:1:9: error: \"run\" is -1; expected a whole number of microseconds from 0 to 1000000000000"},
      {R"("run")",
       "f:1:2: error: \"run\" has no value; expected a whole number of microseconds from 0 to "
       "1000000000000"},
      {R"("sleep": "5")",
       "f:1:11: error: \"sleep\" is the string \"5\"; expected a whole number of microseconds from "
       "0 to 1000000000000"},
      {R"("lock": 3)", "f:1:10: error: \"lock\" is 3; expected a name in double quotes"},
      {R"("resume")", "f:1:2: error: \"resume\" has no value; expected a name in double quotes"},
      {R"("suspend": 1)",
       "f:1:13: error: \"suspend\" is 1; expected the name to be resumed by, or no value for the task's own"},
      {R"("wait": "c")", "f:1:10: error: \"wait\" is the string \"c\"; expected an object in braces"},
      {R"("wait": {"ref": "c"})", "f:1:2: error: \"wait\" without \"mutex\"; expected \"mutex\" in its object"},
      {R"("sync": {"ref": "c", "mutes": "m"})",
       "f:1:23: error: unknown key \"mutes\" of a wait or sync event; expected "
       "a known key, such as \"mutex\", the nearest"},
      {R"("timer": {"ref": "t"})", "f:1:2: error: \"timer\" without \"period\"; expected \"period\" in its object"},
      {R"("timer": {"ref": "t", "period": 1, "mode": "abs"})",
       "f:1:45: error: \"mode\" is the string \"abs\"; expected \"relative\" or \"absolute\""},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.member), malformed.message);
}

TEST(RtAppEvent, WhatIsNotBuiltYetSaysWhatItNeeds) {
  const auto needs = [](const std::string& key, const std::string& what) {
    EXPECT_EQ(error_in("\"" + key + "\": 1"), "f:1:2: error: \"" + key + "\" needs " + what +
                                                  ", which this version does not emulate yet; expected an event such "
                                                  "as run, sleep, timer, lock or suspend");
  };
  needs("shm_touch", "shared memory");
  needs("io", "I/O devices");
  for (const char* key : {"pipe_read", "pipe_write"}) needs(key, "pipes");
  for (const char* key : {"mq_send", "mq_receive"}) needs(key, "message queues");
  for (const char* key : {"sock_send", "sock_recv"}) needs(key, "sockets");
  needs("kill", "signals");
}

TEST(TakesTimeOrWaits, TellsWhatLetsVirtualTimePass) {
  for (const char* member :
       {R"("run": 1)", R"("runtime": 1)", R"("sleep": 1)", R"("suspend")", R"("barrier": "b")", R"("sem_wait": "s")",
        R"("exit")", R"("wait": {"ref": "c", "mutex": "m"})", R"("sync": {"ref": "c", "mutex": "m"})",
        R"("timer": {"ref": "t", "period": 1})", R"("mem": 1)", R"("iorun": 1)",
        R"("memrun": {"type": "read", "size": 1, "count": 1})", R"("touch": {"bytes": 1})"}) {
    EXPECT_TRUE(takes_time_or_waits(read(member).action)) << member;
  }
  for (const char* member :
       {R"("run": 0)", R"("runtime": 0)", R"("sleep": 0)", R"("resume": "t")", R"("lock": "m")", R"("yield")",
        R"("sem_post": "s")", R"("timer": {"ref": "t", "period": 0})", R"("mem": 0)", R"("iorun": 0)",
        R"("memrun": {"type": "read", "size": 1, "count": 0})", R"("touch": {"bytes": 0})"}) {
    EXPECT_FALSE(takes_time_or_waits(read(member).action)) << member;
  }
}

}  // namespace signalbox::rt_app_event_test
