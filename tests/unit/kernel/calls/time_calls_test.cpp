#include "kernel/calls/time_calls.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernel/calls/user_types.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::time_calls_test {

namespace nr = call_number;

constexpr int realtime_clock = 0;
constexpr int monotonic = 1;
constexpr int process_cpu = 2;
constexpr int thread_cpu = 3;
constexpr int boottime = 7;
constexpr int absolute = 1;

std::int64_t nanosleep(Caller& caller, TimeSpec wanted) { return call(caller, nr::nanosleep, &wanted, nullptr); }
std::int64_t clock_nanosleep(Caller& caller, int clock, int flags, TimeSpec wanted) {
  return call(caller, nr::clock_nanosleep, clock, flags, &wanted, nullptr);
}
TimeSpec read(Caller& caller, int clock) {
  TimeSpec time{-1, -1};
  EXPECT_EQ(call(caller, nr::clock_gettime, clock, &time), 0);
  return time;
}

TEST(TimeCalls, NanosleepSleepsExactly) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(nanosleep(caller, {2, 345}), 0);
    EXPECT_EQ(caller.now(), Instant() + 2_s + 345_ns);
    EXPECT_EQ(nanosleep(caller, {0, 0}), 0);
    EXPECT_EQ(caller.now(), Instant() + 2_s + 345_ns);
  });
}

TEST(TimeCalls, NanosleepRefusesWhatIsNoTime) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(nanosleep(caller, {0, 1'000'000'000}), failed(Errno::einval));
    EXPECT_EQ(nanosleep(caller, {0, -1}), failed(Errno::einval));
    EXPECT_EQ(nanosleep(caller, {-1, 0}), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::nanosleep, nullptr, nullptr), failed(Errno::efault));
    EXPECT_EQ(nanosleep(caller, {0, 999'999'999}), 0);
    EXPECT_EQ(caller.now(), Instant() + 999'999'999_ns);
  });
}

TEST(TimeCalls, SleepLongerThanTimeItselfNeverEnds) {
  MachineFixture fixture;
  fixture.spawn([&](Caller& caller) {
    nanosleep(caller, {std::numeric_limits<std::int64_t>::max(), 999'999'999});
    ADD_FAILURE() << "woke up";
  });
  EXPECT_EQ(fixture.run(), RunEnd::deadlock);
}

TEST(TimeCalls, ClockNanosleepUntilAnInstant) {
  in_a_process([](Caller& caller) {
    compute(caller, 1_ms);
    EXPECT_EQ(clock_nanosleep(caller, monotonic, absolute, {0, 3'000'000}), 0);
    EXPECT_EQ(caller.now(), Instant() + 3_ms);
    EXPECT_EQ(clock_nanosleep(caller, realtime_clock, absolute, {0, 3'000'000}), 0) << "has come already";
    EXPECT_EQ(clock_nanosleep(caller, boottime, absolute, {0, 1}), 0);
    EXPECT_EQ(caller.now(), Instant() + 3_ms);
    EXPECT_EQ(clock_nanosleep(caller, boottime, 0, {0, 500}), 0);
    EXPECT_EQ(caller.now(), Instant() + 3_ms + 500_ns);
  });
}

TEST(TimeCalls, ClockNanosleepChecksClockThenTime) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::clock_nanosleep, 99, 0, nullptr, nullptr), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::clock_nanosleep, thread_cpu, 0, nullptr, nullptr), failed(Errno::eopnotsupp));
    EXPECT_EQ(call(caller, nr::clock_nanosleep, 4, 0, nullptr, nullptr), failed(Errno::eopnotsupp));
    EXPECT_EQ(call(caller, nr::clock_nanosleep, monotonic, 0, nullptr, nullptr), failed(Errno::efault));
    EXPECT_EQ(clock_nanosleep(caller, monotonic, 0, {0, -5}), failed(Errno::einval));
    EXPECT_EQ(clock_nanosleep(caller, monotonic, absolute, {-5, 0}), failed(Errno::einval));
  });
}

TEST(TimeCalls, WallClocksAreTheSimulations) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(nanosleep(caller, {1, 1}), 0);
    for (const int clock : {realtime_clock, monotonic, boottime, 4, 5, 6}) {
      EXPECT_EQ(read(caller, clock), (TimeSpec{1, 1})) << clock;
    }
  });
}

TEST(TimeCalls, CpuClocksRunWithTheCallerAndInTheMiddleOfAStretch) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& other) { compute(other, 4_ms); });
    EXPECT_EQ(nanosleep(caller, {1, 0}), 0);
    EXPECT_EQ(read(caller, thread_cpu), (TimeSpec{}));
    compute(caller, 2_ms);
    caller.charge(1_ms, Mode::kernel);
    EXPECT_EQ(read(caller, thread_cpu), (TimeSpec{0, 3'000'000}));
    EXPECT_EQ(read(caller, process_cpu), (TimeSpec{0, 7'000'000}));
    EXPECT_EQ(join(caller, tid), 0);
    EXPECT_EQ(read(caller, process_cpu), (TimeSpec{0, 7'000'000}));
  });
}

TEST(TimeCalls, CpuClockOfTheProcessIncludesWhoRunsElsewhereNow) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    create_thread(caller, [](Caller& other) { compute(other, 100_ms); });
    compute(caller, 10_ms);
    EXPECT_EQ(read(caller, thread_cpu), (TimeSpec{0, 10'000'000}));
    EXPECT_EQ(read(caller, process_cpu), (TimeSpec{0, 20'000'000}));
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(TimeCalls, UnknownClockIsEinvalAndNoPlaceIsEfault) {
  in_a_process([](Caller& caller) {
    TimeSpec time;
    EXPECT_EQ(call(caller, nr::clock_gettime, 99, &time), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::clock_gettime, -6, &time), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::clock_gettime, monotonic, nullptr), failed(Errno::efault));
  });
}

}  // namespace signalbox::time_calls_test
