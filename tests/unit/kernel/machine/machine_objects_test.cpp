#include "kernel/machine/machine_objects.hpp"

#include <gtest/gtest.h>

#include "kernel/fs/devices.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::machine_objects_test {
namespace {

std::uint64_t live(MachineFixture& fixture, ObjectClass object_class) {
  return fixture.machine().kernel_heap().of(object_class).live;
}

TEST(MachineObjects, WhatProcessesHadIsGoneWithThem) {
  MachineFixture fixture;
  const std::uint64_t threads = live(fixture, ObjectClass::task_struct);
  const std::uint64_t processes = live(fixture, ObjectClass::signal_cache);
  const std::uint64_t files = live(fixture, ObjectClass::filp);
  std::uint64_t threads_inside = 0;
  fixture.spawn([&](Caller& caller) {
    for (int i = 0; i < 3; ++i) fork(caller, [](Caller&) { return 0; });
    threads_inside = live(fixture, ObjectClass::task_struct);
    while (call(caller, call_number::wait4, -1, nullptr, 0, nullptr) > 0) continue;
  });
  fixture.finish();
  EXPECT_EQ(threads_inside, threads + 4);
  EXPECT_EQ(live(fixture, ObjectClass::task_struct), threads);
  EXPECT_EQ(live(fixture, ObjectClass::signal_cache), processes);
  EXPECT_EQ(live(fixture, ObjectClass::filp), files);
  EXPECT_EQ(fixture.machine().kernel_heap().of(ObjectClass::signal_cache).ever, processes + 4);
}

TEST(MachineObjects, EachMachineHasItsOwn) {
  MachineFixture one;
  MachineFixture other;
  one.spawn([](Caller&) {});
  EXPECT_EQ(live(one, ObjectClass::task_struct), live(other, ObjectClass::task_struct) + 1);
  one.finish();
  EXPECT_EQ(live(one, ObjectClass::task_struct), live(other, ObjectClass::task_struct));
}

TEST(MachineObjects, NothingIsMadeInTheMachineOnceItIsBuiltUnlessItRuns) {
  const MachineFixture fixture;
  EXPECT_EQ(current_object_memory(), nullptr);
}

TEST(MachineObjectsDeathTest, ObjectThatOutlivesItsMachineIsABugThatSaysWhenAndWhich) {
  EXPECT_DEATH(
      {
        MachineFixture fixture;
        FileRef kept;
        fixture.spawn([&](Caller& caller) {
          call(caller, call_number::sched_yield);
          kept = new NullDevice(FileAttributes{});
        });
        fixture.finish();
        fixture.destroy();
      },
      "bug: total_.live == 0: kernel objects outlive their machine: 1 inode_cache\n.*\n.*at 0 ns of virtual time");
}

}  // namespace
}  // namespace signalbox::machine_objects_test
