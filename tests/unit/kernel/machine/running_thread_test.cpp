#include "kernel/machine/running_thread.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/task/wait_status.hpp"
#include "tests/support/machine_fixture.hpp"

// Of the leak sanitizer, where there is one. NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[gnu::weak]] void __lsan_disable();
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[gnu::weak]] void __lsan_enable();

namespace signalbox::running_thread_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

// Host faults as a compiler cannot foresee and a sanitizer does not see them.
void read_null() {
  std::uintptr_t address = 0;
  asm volatile("movq (%0), %0" : "+r"(address) : : "memory");
}
void divide_by_zero() {
  int quotient = 1;
  int remainder = 0;
  asm volatile("idivl %2" : "+a"(quotient), "+d"(remainder) : "r"(0) : "cc");
}
// NOLINTNEXTLINE(misc-no-recursion): to use its stack up is what it is for
[[gnu::noinline]] int overflow(volatile int* outer) {
  volatile int frame[64] = {};
  frame[0] = outer == nullptr ? 0 : outer[0] + 1;
  return frame[0] < 0 ? frame[0] : overflow(frame) + frame[1];
}

TEST(RunningThread, SleepEndsByWakeOrDeadline) {
  MachineFixture fixture;
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  std::vector<WakeReason> reasons;
  fixture.spawn([&](Caller& caller) {
    reasons.push_back(caller.sleep_on(queue));
    reasons.push_back(caller.sleep_on(queue, at(5_ms)));
    reasons.push_back(caller.sleep_until(at(6_ms)));
    EXPECT_EQ(caller.now(), at(6_ms));
  });
  fixture.machine().at(at(1_ms), [&] { queue.wake(Waiters::all); });
  fixture.finish();
  EXPECT_EQ(reasons, (std::vector{WakeReason::woken, WakeReason::timed_out, WakeReason::timed_out}));
  const auto blocked = fixture.trace().of(TraceKind::thread_blocked);
  ASSERT_EQ(blocked.size(), 3U);
  EXPECT_EQ(blocked[0].detail, static_cast<int>(WaitKind::semaphore));
  EXPECT_EQ(blocked[0].b, ~std::uint64_t{0}) << "no deadline";
  EXPECT_EQ(blocked[1].b, 5'000'000U);
  EXPECT_EQ(blocked[2].detail, static_cast<int>(WaitKind::time));
}

TEST(RunningThread, ValueOfTheFirstThreadEndsTheProcess) {
  MachineFixture fixture;
  bool survived = false;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      create_thread(inner, [&](Caller& other) {
        sleep_for(other, 1_s);
        survived = true;
      });
      compute(inner, 1_ms);
      return 258;
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(2));
    EXPECT_EQ(caller.now(), at(1_ms));
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_FALSE(survived);
}

TEST(RunningThread, ExitThreadUnwindsItsFramesOnly) {
  MachineFixture fixture;
  std::string order;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [&](Caller& other) {
      struct Says {
        std::string& order;
        ~Says() { order += "unwound "; }
      };
      const Says says{order};
      other.exit_thread(8);
    });
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, tid, &value), 0);
    EXPECT_EQ(value, 8);
    order += "goes on";
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(order, "unwound goes on");
}

TEST(RunningThread, SleepDuringUnwindingIsKilledAtOnce) {
  MachineFixture fixture;
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  std::vector<WakeReason> reasons;
  fixture.spawn([&](Caller& caller) {
    struct Sleeps {
      Caller& caller;
      WaitQueue& queue;
      std::vector<WakeReason>& reasons;
      ~Sleeps() {
        reasons.push_back(caller.sleep_on(queue));
        reasons.push_back(caller.sleep_until(at(1_s)));
        caller.charge(1_s, Mode::user);
      }
    };
    const Sleeps sleeps{caller, queue, reasons};
    caller.exit_thread(0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(reasons, (std::vector{WakeReason::killed, WakeReason::killed}));
  EXPECT_EQ(fixture.now(), Instant());
}

// The raw wait status of a child that runs `body`, while another process goes on.
std::int32_t status_after(void (*body)(Caller&)) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  std::int32_t status = -1;
  Instant other_ended;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [body](Caller& inner) {
      create_thread(inner, [](Caller& other) { sleep_for(other, 1_s); });
      compute(inner, 1_ms);
      body(inner);
    });
    status = wait_for(caller, child);
    EXPECT_LT(caller.now(), at(100_ms)) << "its other thread ends too";
  });
  fixture.spawn([&](Caller& caller) {
    compute(caller, 100_ms);
    other_ended = caller.now();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(other_ended, at(100_ms));
  const auto posted = fixture.trace().of(TraceKind::signal_posted);
  EXPECT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].detail, status);
  EXPECT_EQ(posted[0].a, 0U) << "by the kernel";
  return status;
}

TEST(RunningThread, NullDereferenceIsThatProcessesSigsegv) {
  EXPECT_EQ(status_after([](Caller&) { read_null(); }), 11);
}

TEST(RunningThread, DivisionByZeroIsThatProcessesSigfpe) {
  EXPECT_EQ(status_after([](Caller&) { divide_by_zero(); }), 8);
}

TEST(RunningThread, StackOverflowIsThatProcessesSigsegv) {
  EXPECT_EQ(status_after([](Caller&) { overflow(nullptr); }), 11);
}

TEST(RunningThread, FaultAfterASystemCallAndAfterASleepIsCaughtToo) {
  EXPECT_EQ(status_after([](Caller& caller) {
              call(caller, nr::getpid);
              read_null();
            }),
            11);
  EXPECT_EQ(status_after([](Caller& caller) {
              sleep_for(caller, 1_ms);
              divide_by_zero();
            }),
            8);
}

TEST(RunningThread, FaultInADestructorOfAKilledProgramLeavesTheFirstStatus) {
  MachineFixture fixture;
  std::int32_t status = -1;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      struct Faults {
        ~Faults() { read_null(); }
      };
      const Faults faults;
      call(inner, nr::exit_group, 5);
    });
    status = wait_for(caller, child);
  });
  // What the faulted frames own is lost, the exception that unwound them too.
  if (__lsan_disable != nullptr) __lsan_disable();
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  if (__lsan_enable != nullptr) __lsan_enable();
  EXPECT_EQ(status, 0x500);
}

}  // namespace signalbox::running_thread_test
