#include "tools/experiment/class_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/attributes.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::class_notes_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Setting with(const SchedAttributes& attributes, bool in_a_phase = false) {
  Setting setting;
  Task& task = setting.scenario.tasks.emplace_back();
  SchedRequest& request = in_a_phase ? task.phases.emplace_back().sched : task.sched;
  request.attributes = attributes;
  return setting;
}

std::vector<PolicyChoice> policies() {
  return {policy_of("cfs"), policy_of("linux"), policy_of("mlfq:queues=2"), policy_of("edf")};
}

TEST(ClassNotes, SayWhichPoliciesHeedNoRealTimePriority) {
  for (const bool in_a_phase : {false, true}) {
    EXPECT_THAT(class_notes(with(realtime(SchedClass::round_robin, 3), in_a_phase), policies()),
                ElementsAre("SCHED_FIFO and SCHED_RR are not heeded by cfs, mlfq:queues=2, edf; linux, linux_o1, "
                            "multilevel_queue, priority, rt and ule do"));
  }
}

TEST(ClassNotes, SayWhichPoliciesHeedNoReservation) {
  EXPECT_THAT(class_notes(with(reservation(1_ms, 10_ms)), policies()),
              ElementsAre("SCHED_DEADLINE is not heeded by cfs, mlfq:queues=2; deadline, deadline_monotonic, edf, "
                          "least_laxity, linux, multilevel_queue and rate_monotonic do"));
}

TEST(ClassNotes, AreSilentWhereClassesCountOrNoneIsAskedFor) {
  EXPECT_THAT(class_notes(with(realtime(SchedClass::fifo, 3)), std::vector{policy_of("linux")}), IsEmpty());
  EXPECT_THAT(class_notes(with(nice_of(5)), policies()), IsEmpty());
  EXPECT_THAT(class_notes(Setting(), policies()), IsEmpty());
}

}  // namespace signalbox::class_notes_test
