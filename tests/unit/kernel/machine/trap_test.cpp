// The way of a system call into the kernel and back.
#include <gtest/gtest.h>

#include "kernel/machine/running_thread.hpp"
#include "kernel/task/wait_status.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::trap_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

TEST(Trap, UnknownNumberIsEnosys) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, 400), failed(Errno::enosys));
    EXPECT_EQ(call(caller, 999'999), failed(Errno::enosys));
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(Trap, EntryIsPricedInTheKernelBeforeTheWork) {
  MachineOptions options;
  options.config.costs.syscall = 3_us;
  MachineFixture fixture(options);
  fixture.spawn([](Caller& caller) {
    EXPECT_GT(call(caller, nr::getpid), 0);
    EXPECT_EQ(caller.now(), at(3_us));
    EXPECT_EQ(call(caller, 999), failed(Errno::enosys)) << "costs as much";
    EXPECT_EQ(caller.now(), at(6_us));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().of(TraceKind::run_end)[0].b, 6000U);
}

TEST(Trap, CallsAreTracedWithFirstArgumentAndResult) {
  MachineOptions options;
  options.config.costs.syscall = 3_us;
  MachineFixture fixture(options);
  fixture.spawn([](Caller& caller) { call(caller, nr::getpgid, 4000, 7); });
  fixture.finish();
  const auto entered = fixture.trace().of(TraceKind::syscall_entered);
  const auto returned = fixture.trace().of(TraceKind::syscall_returned);
  ASSERT_EQ(entered.size(), 1U);
  ASSERT_EQ(returned.size(), 1U);
  EXPECT_EQ(entered[0].when, Instant());
  EXPECT_EQ(entered[0].a, nr::getpgid);
  EXPECT_EQ(entered[0].b, 4000U);
  EXPECT_EQ(returned[0].when, at(3_us));
  EXPECT_EQ(returned[0].a, nr::getpgid);
  EXPECT_EQ(static_cast<std::int64_t>(returned[0].b), failed(Errno::esrch));
}

TEST(Trap, AddressesAreTracedAsThereOrNot) {
  MachineFixture fixture;
  fixture.spawn([](Caller& caller) {
    std::int64_t ticks[4] = {};
    call(caller, nr::times, &ticks[0]);
    call(caller, nr::times, nullptr);
  });
  fixture.finish();
  const auto entered = fixture.trace().of(TraceKind::syscall_entered);
  ASSERT_EQ(entered.size(), 2U);
  EXPECT_EQ(entered[0].b, 1U);
  EXPECT_EQ(entered[1].b, 0U);
}

// Goes as deep as the stack lets it, but for a little, and makes a call there.
// NOLINTNEXTLINE(misc-no-recursion): to use its stack up is what it is for
[[gnu::noinline]] int call_deep_down(Caller& caller, std::size_t left) {
  volatile char frame[512] = {};
  if (caller.thread().context.stack_left() < left) return static_cast<int>(call(caller, nr::getpid)) + frame[0];
  return call_deep_down(caller, left) + frame[1];
}

TEST(Trap, CallOnAnAllButFullStackIsAnOverflowOfThatProgram) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t deep = fork(caller, [](Caller& inner) { call_deep_down(inner, 8 * 1024); });
    EXPECT_EQ(wait_for(caller, deep), 11);
    const std::int64_t enough = fork(caller, [](Caller& inner) { call_deep_down(inner, 28 * 1024); });
    EXPECT_TRUE(WaitStatus::from_raw(wait_for(caller, enough)).has_exited());
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(Trap, KilledInTheMiddleOfACallNeverReturnsFromIt) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  options.config.costs.syscall = 10_ms;
  MachineFixture fixture(options);
  bool returned = false;
  Process& victim = fixture.spawn([&](Caller& caller) {
    call(caller, nr::getpid);
    returned = true;
  });
  fixture.machine().at(at(1_ms), [&] { fixture.machine().end_process(victim, WaitStatus::killed_by(9)); });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_FALSE(returned);
  EXPECT_EQ(fixture.now(), at(10_ms));
}

}  // namespace signalbox::trap_test
