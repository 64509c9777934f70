#include "workloads/formats/rt_app_references.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_references_test {

Task task(const std::string& name, const std::vector<ScriptAction>& actions) {
  Task made;
  made.name = name;
  Phase& phase = made.phases.emplace_back();
  for (const ScriptAction& action : actions) phase.events.push_back({action, {"f", 7, 3}});
  return made;
}

RtAppContext resolved(std::vector<Task> tasks) {
  RtAppContext context;
  context.scenario.tasks = std::move(tasks);
  resolve_rt_app_references(context);
  return context;
}

TimerMode mode_of(const Task& owner) { return std::get<TimerEvent>(owner.phases[0].events[0].action).mode; }

TEST(RtAppReferences, ForkedTaskMayComeLater) {
  EXPECT_EQ(error_of([] { resolved({task("a", {ForkEvent{"b"}}), task("b", {})}); }), "no error");
}

TEST(RtAppReferences, ForkOfNobodyNamesTheNearest) {
  EXPECT_EQ(error_of([] { resolved({task("render", {ForkEvent{"reader"}}), task("loader", {})}); }),
            "f:7:3: error: there is no task \"reader\" to fork; expected the name of a task, such as \"render\", the "
            "nearest");
}

TEST(RtAppReferences, BarrierNeedsSomebodyWhoStartsByHimself) {
  Task forked = task("a", {BarrierEvent{"b"}});
  forked.instances = 0;
  EXPECT_EQ(error_of([&] { resolved({forked}); }),
            "f:7:3: error: nobody who starts by itself comes to the barrier \"b\"; expected a task with at least one "
            "instance that names it");
  EXPECT_EQ(error_of([&] { resolved({forked, task("c", {BarrierEvent{"b"}})}); }), "no error");
}

TEST(RtAppReferences, AbsoluteModeIsTheTimersForAllItsEvents) {
  const RtAppContext context = resolved({task("a", {TimerEvent{"tick", 1_ms, TimerMode::relative, false}}),
                                         task("b", {TimerEvent{"tick", 1_ms, TimerMode::absolute, false}}),
                                         task("c", {TimerEvent{"tock", 1_ms, TimerMode::relative, false}})});
  EXPECT_EQ(mode_of(context.scenario.tasks[0]), TimerMode::absolute);
  EXPECT_EQ(mode_of(context.scenario.tasks[1]), TimerMode::absolute);
  EXPECT_EQ(mode_of(context.scenario.tasks[2]), TimerMode::relative);
}

TEST(RtAppReferences, UniqueTimersOfTwoTasksHaveNothingInCommon) {
  const RtAppContext context = resolved({task("a", {TimerEvent{"unique", 1_ms, TimerMode::relative, true}}),
                                         task("b", {TimerEvent{"unique", 1_ms, TimerMode::absolute, true}})});
  EXPECT_EQ(mode_of(context.scenario.tasks[0]), TimerMode::relative);
}

TEST(RtAppReferences, WakingsThatNobodyWaitsForAreNotedOnce) {
  const RtAppContext context = resolved({task("a", {SignalEvent{"c"}, SignalEvent{"c"}, BroadcastEvent{"d"},
                                                    ResumeEvent{"e"}, ResumeEvent{"heard"}, SignalEvent{"heard"}}),
                                         task("b", {SuspendEvent{"heard"}})});
  EXPECT_EQ(context.scenario.notes, (std::vector<std::string>{
                                        "signal of \"c\" has no effect: nobody waits for it",
                                        "broad of \"d\" has no effect: nobody waits for it",
                                        "resume of \"e\" has no effect: nobody waits for it",
                                    }));
}

TEST(RtAppReferences, ResumeWakesWhoWaitsOnTheConditionOfThatName) {
  EXPECT_TRUE(resolved({task("a", {ResumeEvent{"c"}}), task("b", {WaitEvent{"c", "m"}})}).scenario.notes.empty());
  EXPECT_TRUE(resolved({task("a", {BroadcastEvent{"c"}}), task("b", {SyncEvent{"c", "m"}})}).scenario.notes.empty());
}

}  // namespace signalbox::rt_app_references_test
