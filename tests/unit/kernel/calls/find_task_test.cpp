#include "kernel/calls/find_task.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::find_task_test {

TEST(FindTask, ZeroIsTheCallerAndNumbersAreOthers) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const auto self = static_cast<std::int32_t>(call(caller, call_number::getpid));
    const auto tid = static_cast<std::int32_t>(create_thread(caller, [](Caller& other) { sleep_for(other, 1_ms); }));
    EXPECT_EQ(find_process(caller, Pid(0)), &caller.process());
    EXPECT_EQ(find_thread(caller, Tid(0)), &caller.thread());
    EXPECT_EQ(find_process(caller, Pid(self)), &caller.process());
    EXPECT_EQ(find_process(caller, Pid(tid)), &caller.process()) << "by one of its threads";
    EXPECT_EQ((*find_thread(caller, Tid(tid)))->tid, Tid(tid));
    sleep_for(caller, 2_ms);
    EXPECT_EQ(find_thread(caller, Tid(tid)).error(), Errno::esrch) << "it has ended";
    EXPECT_EQ(find_process(caller, Pid(tid)).error(), Errno::esrch);
    EXPECT_EQ(find_process(caller, Pid(-5)).error(), Errno::esrch);
    EXPECT_EQ(find_thread(caller, Tid(-5)).error(), Errno::esrch);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(FindTask, ZombiesAreProcessesWithoutThreads) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const auto child = static_cast<std::int32_t>(fork(caller, [](Caller&) {}));
    sleep_for(caller, 1_ms);
    EXPECT_EQ((*find_process(caller, Pid(child)))->state, ProcessState::zombie);
    EXPECT_EQ(find_thread(caller, Tid(child)).error(), Errno::esrch);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

}  // namespace signalbox::find_task_test
