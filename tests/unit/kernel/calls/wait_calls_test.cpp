#include "kernel/calls/wait_calls.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernel/base/signal.hpp"
#include "kernel/calls/user_types.hpp"
#include "kernel/task/wait_status.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::wait_calls_test {

namespace nr = call_number;

constexpr std::uint32_t nohang = 1;
constexpr std::uint32_t exited = 4;
constexpr std::uint32_t nowait = 0x01000000;
constexpr std::uint32_t clone_children = 0x80000000;
constexpr std::uint32_t all_children = 0x40000000;

std::int64_t wait4(Caller& caller, std::int64_t pid, std::uint32_t options = 0) {
  return call(caller, nr::wait4, pid, nullptr, options, nullptr);
}

// Runs `body` as a program of its own, and expects that it came to its end.
TEST(WaitCalls, WithoutChildrenIsEchild) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(wait4(caller, -1), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, -1, nohang), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, 1), failed(Errno::echild));
  });
}

TEST(WaitCalls, AnyChildThatEndsIsTakenOnce) {
  in_a_process([](Caller& caller) {
    const std::int64_t slow = fork(caller, [](Caller& child) { sleep_for(child, 2_ms); });
    const std::int64_t fast = fork(caller, [](Caller& child) { sleep_for(child, 1_ms); });
    EXPECT_EQ(wait4(caller, -1), fast);
    EXPECT_EQ(caller.now(), Instant() + 1_ms);
    EXPECT_EQ(wait4(caller, -1), slow);
    EXPECT_EQ(wait4(caller, -1), failed(Errno::echild));
  });
}

TEST(WaitCalls, PidWaitsForThatChildAlone) {
  in_a_process([](Caller& caller) {
    const std::int64_t slow = fork(caller, [](Caller& child) { sleep_for(child, 2_ms); });
    const std::int64_t fast = fork(caller, [](Caller& child) { sleep_for(child, 1_ms); });
    EXPECT_EQ(wait4(caller, slow), slow);
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    EXPECT_EQ(wait4(caller, fast), fast);
    EXPECT_EQ(wait4(caller, slow), failed(Errno::echild));
  });
}

TEST(WaitCalls, GroupSelectorsWaitForTheGroup) {
  in_a_process([](Caller& caller) {
    const std::int64_t own = fork(caller, [](Caller& child) { sleep_for(child, 2_ms); });
    const std::int64_t other = fork(caller, [](Caller& child) { sleep_for(child, 1_ms); });
    EXPECT_EQ(call(caller, nr::setpgid, other, 0), 0);
    EXPECT_EQ(wait4(caller, 0), own);
    EXPECT_EQ(wait4(caller, 0), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, -own), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, -other), other);
  });
}

TEST(WaitCalls, NohangAnswersZeroWhileTheChildLives) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 2_ms); });
    EXPECT_EQ(wait4(caller, child, nohang), 0);
    sleep_for(caller, 3_ms);
    EXPECT_EQ(wait4(caller, child, nohang), child);
  });
}

TEST(WaitCalls, BadOptionsAndPidsAreRefused) {
  in_a_process([](Caller& caller) {
    fork(caller, [](Caller&) {});
    EXPECT_EQ(wait4(caller, -1, exited), failed(Errno::einval));
    EXPECT_EQ(wait4(caller, -1, 0x10), failed(Errno::einval));
    EXPECT_EQ(wait4(caller, std::numeric_limits<std::int32_t>::min()), failed(Errno::esrch));
  });
}

TEST(WaitCalls, CloneChildrenAreNoneUnlessAllAreAskedFor) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller&) {});
    EXPECT_EQ(wait4(caller, -1, clone_children), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, -1, clone_children | all_children), child);
  });
}

TEST(WaitCalls, StatusAndUsageOfTheChildAreWritten) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      const std::int64_t grandchild = fork(inner, [](Caller& leaf) { compute(leaf, 2_s); });
      wait_for(inner, grandchild);
      compute(inner, 1_s + 500_us + 1_ns);
      inner.charge(3_us, Mode::kernel);
      return 3;
    });
    std::int32_t status = 0;
    ResourceUsage usage;
    EXPECT_EQ(call(caller, nr::wait4, child, &status, 0, &usage), child);
    EXPECT_EQ(status, 0x300);
    EXPECT_EQ(usage.user, (TimeVal{3, 500}));
    EXPECT_EQ(usage.kernel, (TimeVal{0, 3}));
  });
}

TEST(WaitCalls, KilledChildTellsTheSignal) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_s); });
    EXPECT_EQ(call(caller, nr::kill, child, Signal::sigterm), 0);
    EXPECT_EQ(wait_for(caller, child), 15);
  });
}

TEST(WaitCalls, AnyThreadOfTheParentWaits) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    const std::int64_t tid = create_thread(caller, [](Caller& other) {
      EXPECT_EQ(wait4(other, -1), failed(Errno::echild)) << "somebody was faster";
      EXPECT_EQ(other.now(), Instant() + 1_ms);
      return 5;
    });
    EXPECT_EQ(wait4(caller, -1), child);
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, tid, &value), 0);
    EXPECT_EQ(value, 5);
  });
}

std::int64_t waitid(Caller& caller, int type, std::int64_t id, ChildInfo* info, std::uint32_t options,
                    ResourceUsage* usage = nullptr) {
  return call(caller, nr::waitid, type, id, info, options, usage);
}

TEST(WaitCalls, WaitidTellsHowTheChildEnded) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      compute(inner, 2_ms);
      call(inner, nr::setuid, 33);
      return 300;
    });
    ChildInfo info;
    ResourceUsage usage;
    EXPECT_EQ(waitid(caller, 1, child, &info, exited, &usage), 0);
    EXPECT_EQ(info.signal, 17);
    EXPECT_EQ(info.code, 1);
    EXPECT_EQ(info.pid, child);
    EXPECT_EQ(info.user, 33U);
    EXPECT_EQ(info.status, 44);
    EXPECT_EQ(usage.user, (TimeVal{0, 2000}));
    const std::int64_t killed = fork(caller, [](Caller& inner) { sleep_for(inner, 1_s); });
    call(caller, nr::kill, killed, 9);
    EXPECT_EQ(waitid(caller, 0, 0, &info, exited), 0);
    EXPECT_EQ(info.code, 2);
    EXPECT_EQ(info.status, 9);
  });
}

TEST(WaitCalls, WaitidNowaitLeavesTheZombie) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller&) {});
    ChildInfo info;
    EXPECT_EQ(waitid(caller, 1, child, &info, exited | nowait), 0);
    EXPECT_EQ(info.pid, child);
    EXPECT_EQ(waitid(caller, 1, child, nullptr, exited), 0);
    EXPECT_EQ(waitid(caller, 1, child, nullptr, exited), failed(Errno::echild));
  });
}

TEST(WaitCalls, WaitidNohangWithNothingToTellClearsTheAnswer) {
  in_a_process([](Caller& caller) {
    fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    ChildInfo info;
    info.pid = 99;
    info.signal = 99;
    EXPECT_EQ(waitid(caller, 0, 0, &info, exited | nohang), 0);
    EXPECT_EQ(info.pid, 0);
    EXPECT_EQ(info.signal, 0);
  });
}

TEST(WaitCalls, WaitidGroupZeroIsTheCallersOwn) {
  in_a_process([](Caller& caller) {
    const std::int64_t other = fork(caller, [](Caller&) {});
    EXPECT_EQ(call(caller, nr::setpgid, other, other), 0);
    EXPECT_EQ(waitid(caller, 2, 0, nullptr, exited), failed(Errno::echild));
    EXPECT_EQ(waitid(caller, 2, other, nullptr, exited), 0);
  });
}

TEST(WaitCalls, WaitidWithoutExitedNeverTakesAZombie) {
  in_a_process([](Caller& caller) {
    constexpr std::uint32_t stopped = 2;
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    EXPECT_EQ(waitid(caller, 1, child, nullptr, stopped | nohang), 0);
    sleep_for(caller, 2_ms);
    EXPECT_EQ(waitid(caller, 1, child, nullptr, stopped), failed(Errno::echild));
    EXPECT_EQ(wait4(caller, child), child);
  });
}

TEST(WaitCalls, WaitidBadArgumentsAreEinval) {
  in_a_process([](Caller& caller) {
    fork(caller, [](Caller&) {});
    EXPECT_EQ(waitid(caller, 0, 0, nullptr, nohang), failed(Errno::einval));
    EXPECT_EQ(waitid(caller, 0, 0, nullptr, exited | 0x10), failed(Errno::einval));
    EXPECT_EQ(waitid(caller, 1, 0, nullptr, exited), failed(Errno::einval));
    EXPECT_EQ(waitid(caller, 2, -1, nullptr, exited), failed(Errno::einval));
    EXPECT_EQ(waitid(caller, 9, 1, nullptr, exited), failed(Errno::einval));
  });
}

}  // namespace signalbox::wait_calls_test
