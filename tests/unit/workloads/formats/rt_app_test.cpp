#include "workloads/formats/rt_app.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/error_of.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox::rt_app_test {

// rt-app's own example files; they are beside the project, not in it.
const std::string examples = SIGNALBOX_SOURCE_DIR "/../shared/data/rt-app/";

Scenario parse(std::string_view text) { return parse_rt_app(text, "f"); }
std::string error_in(std::string_view text) {
  return error_of([text] { parse(text); });
}
Scenario example(const std::string& name) { return parse_rt_app(read_input_file(examples + name), name); }

class RtAppExamples : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(examples)) GTEST_SKIP() << "there is no " << examples;
  }
};

TEST_F(RtAppExamples, AllParse) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(examples)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".json") continue;
    ++count;
    EXPECT_EQ(error_of([&] { example(name); }), "no error") << name;
  }
  EXPECT_GE(count, 11U);
}

TEST_F(RtAppExamples, MemoryAndIo) {
  const Scenario scenario = example("example6.json");
  const std::vector<ScriptEvent>& events = scenario.tasks[0].phases[0].events;
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(std::get<MemsetEvent>(events[1].action).bytes, 1000U);
  EXPECT_EQ(std::get<IoRunEvent>(events[3].action).bytes, 100'000U);
  EXPECT_EQ(scenario.memory_buffer, 1'048'576U);
  EXPECT_EQ(scenario.io_device, "/dev/null");
}

TEST_F(RtAppExamples, InstancesAndUniqueTimers) {
  const Scenario scenario = example("example3.json");
  ASSERT_EQ(scenario.tasks.size(), 1U);
  EXPECT_EQ(scenario.tasks[0].instances, 12);
  ASSERT_EQ(scenario.tasks[0].phases.size(), 2U);
  EXPECT_EQ(scenario.tasks[0].phases[1].loop, 10);
  EXPECT_TRUE(std::get<TimerEvent>(scenario.tasks[0].phases[1].events[1].action).is_per_instance);
}

TEST_F(RtAppExamples, DuplicateKeysAreEventsInOrder) {
  const Scenario scenario = example("example5.json");
  const std::vector<ScriptEvent>& events = scenario.tasks[0].phases[1].events;
  ASSERT_EQ(events.size(), 8U);
  EXPECT_TRUE(std::holds_alternative<LockEvent>(events[0].action));
  EXPECT_EQ(std::get<RunEvent>(events[1].action).duration, 10_ms);
  EXPECT_EQ(std::get<RunEvent>(events[5].action).duration, 100_ms);
  EXPECT_EQ(events[5].place.line, 25U);
  EXPECT_EQ(scenario.tasks[1].phases[0].loop, 3);
}

TEST_F(RtAppExamples, ForkedOnlyTaskHasNoInstance) {
  const Scenario scenario = example("example9.json");
  EXPECT_EQ(scenario.tasks[1].instances, 0);
  EXPECT_EQ(std::get<ForkEvent>(scenario.tasks[2].phases[1].events[0].action).task, "thread2");
  EXPECT_EQ(scenario.duration, 2_s);
}

TEST_F(RtAppExamples, VideoHasItsThreadsAndValuelessSuspends) {
  const Scenario scenario = example("video-short.json");
  EXPECT_EQ(scenario.tasks.size(), 17U);
  EXPECT_EQ(scenario.duration, 6_s);
  EXPECT_EQ(std::get<SuspendEvent>(scenario.tasks[0].phases[0].events[0].action).task, "surfaceflinger");
  EXPECT_EQ(scenario.tasks[0].sched.attributes->nice, -7);
}

TEST(RtApp, GlobalHoldsForTasksBeforeIt) {
  const Scenario scenario =
      parse(R"({"tasks": {"a": {"run": 1}}, "global": {"default_policy": "SCHED_FIFO", "duration": 1}})");
  EXPECT_EQ(scenario.tasks[0].sched.attributes->sched_class, SchedClass::fifo);
  EXPECT_EQ(scenario.duration, 1_s);
  EXPECT_EQ(scenario.format, "rt-app");
}

struct Malformed {
  const char* text;
  const char* message;
};

TEST(RtApp, WrongTopLevelIsRefused) {
  const Malformed cases[] = {
      {"[]", "f:1:1: error: this is no object; expected \"{\" and \"tasks\" in it"},
      {"{}", "f:1:1: error: there is no \"tasks\"; expected \"tasks\": { ... }"},
      {R"({"task": {}})",
       "f:1:2: error: unknown key \"task\" of the file; expected a known key, such as \"tasks\", the "
       "nearest"},
      {R"({"tasks": {}})", "f:1:2: error: \"tasks\" holds none; expected at least one task"},
      {R"({"tasks": 3})", "f:1:11: error: \"tasks\" is 3; expected an object in braces"},
      {R"({"tasks"})", "f:1:2: error: \"tasks\" has no value; expected an object in braces"},
      {R"({"tasks": {"a": {"run": 1}}, "tasks": {}})",
       "f:1:30: error: \"tasks\" is already set in line 1; expected each setting once"},
      {"{\"tasks\": {\"a\": {\"run\": 1},\n\"a\": {\"run\": 1}}}",
       "f:2:1: error: the task \"a\" is already in line 1; expected another name, or \"instance\" for more of the "
       "same"},
      {R"({"tasks": {"a": {"fork": "aa", "run": 1}}})",
       "f:1:18: error: there is no task \"aa\" to fork; expected the name of a task, such as \"a\", the nearest"},
      {R"({"tasks": {"a": {"run": 1}}, "resources": []})",
       "f:1:43: error: \"resources\" is a list; expected an object in braces"},
  };
  for (const Malformed& malformed : cases) EXPECT_EQ(error_in(malformed.text), malformed.message);
}

// Texts to damage: every construct of the grammar at least once, and the real files where they are.
std::vector<std::string> texts_to_damage() {
  std::vector<std::string> texts = {R"({ /* c */ "tasks": { // d
    "a": {"instance": 2, "priority": -5, "cpus": [0, 1], "loop": 3, "run": 10, "suspend", "resume": "b",
      "timer": {"ref": "unique", "period": 5, "mode": "absolute"}, "yield", "fork": "c", "sem_wait": "s"},
    "b": {"policy": "SCHED_DEADLINE", "dl-runtime": 2, "dl-period": 9, "phases": {"p": {"loop": 2, "lock": "m",
      "wait": {"ref": "c", "mutex": "m"}, "unlock": "m", "barrier": "x"}, "q": {"policy": "SCHED_RR", "run": 1}}},
    "c": {"instance": 0, "taskgroup": "/g", "util_min": 3, "runtime": 5, "exit"},
    "d": {"program": "ping_pong", "arguments": {"rounds": 3, "\u0041": true}}, },
  "resources": {"s": {"type": "semaphore", "value": 1}},
  "global": {"duration": 2, "calibration": "CPU0", "ftrace": "main,task", "log_size": 3}})"};
  if (!std::filesystem::exists(examples)) return texts;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(examples)) names.push_back(entry.path().string());
  std::ranges::sort(names);
  for (const std::string& name : names) texts.push_back(read_input_file(name));
  return texts;
}

void damage(std::string& text, std::size_t where, int kind, char letter) {
  const std::size_t place = where % text.size();
  if (kind == 0) {
    text[place] = letter;
  } else if (kind == 1) {
    text.erase(place, where % 7);
  } else {
    text.insert(place, text.substr(where % 13 % text.size(), where % 11));
  }
  if (text.empty()) text = "{";
}

RC_GTEST_PROP(RtAppProperty, AnyDamageGivesAScenarioOrAnInputError, ()) {
  static const std::vector<std::string> texts = texts_to_damage();
  std::string text = texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
  const auto edits = *rc::gen::inRange(1, 6);
  for (int edit = 0; edit < edits; ++edit) {
    const auto where = *rc::gen::inRange<std::size_t>(0, 100'000);
    const auto kind = *rc::gen::inRange(0, 3);
    damage(text, where, kind,
           *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::element('"', '{', '}', ',', ':', '-')));
  }
  const std::string message = error_in(text);
  RC_ASSERT(message == "no error" || message.starts_with("f:"));
  RC_ASSERT(message.find('\n') == std::string::npos);
}

}  // namespace signalbox::rt_app_test
