#include "kernel/calls/signal_calls.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernel/base/signal.hpp"
#include "kernel/task/wait_status.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::signal_calls_test {

namespace nr = call_number;

std::int64_t kill(Caller& caller, std::int64_t pid, Signal signal) { return call(caller, nr::kill, pid, signal); }
std::int64_t probe(Caller& caller, std::int64_t pid) { return call(caller, nr::kill, pid, 0); }

void sleep_long(Caller& caller) { sleep_for(caller, 1_s); }

// As another user, so that nothing of root's is allowed.
void become(Caller& caller, int user) { EXPECT_EQ(call(caller, nr::setuid, user), 0); }

TEST(SignalCalls, ZeroProbesAndDoesNothing) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller&) {});
    EXPECT_EQ(probe(caller, child), 0);
    EXPECT_EQ(probe(caller, child + 1), failed(Errno::esrch));
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(probe(caller, child), failed(Errno::esrch));
  });
}

TEST(SignalCalls, TerminatesASleeperAtOnce) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, sleep_long);
    sleep_for(caller, 1_ms);
    EXPECT_EQ(kill(caller, child, Signal::sigusr1), 0);
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(10));
    EXPECT_EQ(caller.now(), Instant() + 1_ms);
  });
}

TEST(SignalCalls, IgnoredAndJobControlSignalsEndNobody) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    for (const Signal signal : {Signal::sigchld, Signal::sigurg, Signal::sigwinch, Signal::sigstop, Signal::sigcont}) {
      EXPECT_EQ(kill(caller, child, signal), 0);
    }
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(SignalCalls, KillOfOneselfReturnsNever) {
  MachineFixture fixture;
  bool returned = false;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      kill(inner, call(inner, nr::getpid), Signal::sigkill);
      returned = true;
    });
    EXPECT_EQ(wait_for(caller, child), 9);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_FALSE(returned);
}

TEST(SignalCalls, ZombiesAcceptSignals) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller&) { return 3; });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(kill(caller, child, Signal::sigkill), 0);
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(3));
  });
}

TEST(SignalCalls, FirstOfTwoSignalsIsTheStatus) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, sleep_long);
    EXPECT_EQ(kill(caller, child, Signal::sigterm), 0);
    EXPECT_EQ(kill(caller, child, Signal::sigkill), 0);
    EXPECT_EQ(wait_for(caller, child), 15);
  });
}

TEST(SignalCalls, InitIsNotReached) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(kill(caller, 1, Signal::sigkill), 0);
    EXPECT_EQ(probe(caller, 1), 0);
    EXPECT_EQ(call(caller, nr::getppid), 1);
    const std::int64_t child = fork(caller, [](Caller&) { return 1; });
    EXPECT_NE(wait_for(caller, child), 0);
  });
}

TEST(SignalCalls, InvalidSignalOrPidIsRefused) {
  in_a_process([](Caller& caller) {
    const std::int64_t self = call(caller, nr::getpid);
    EXPECT_EQ(call(caller, nr::kill, self, 65), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::kill, self, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::kill, 4000, 65), failed(Errno::esrch));
    EXPECT_EQ(probe(caller, std::numeric_limits<std::int32_t>::min()), failed(Errno::esrch));
  });
}

TEST(SignalCalls, NumberOfAThreadReachesItsProcess) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      create_thread(inner, sleep_long);
      sleep_long(inner);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(kill(caller, child + 1, Signal::sigkill), 0);
    EXPECT_EQ(wait_for(caller, child), 9);
  });
}

TEST(SignalCalls, OthersProcessesAreEperm) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, sleep_long);
    const std::int64_t stranger = fork(caller, [child](Caller& inner) {
      become(inner, 1000);
      EXPECT_EQ(kill(inner, child, Signal::sigkill), failed(Errno::eperm));
      EXPECT_EQ(probe(inner, child), failed(Errno::eperm));
      EXPECT_EQ(kill(inner, child, Signal::sigcont), 0) << "same session";
      EXPECT_EQ(call(inner, nr::setsid), call(inner, nr::getpid));
      EXPECT_EQ(kill(inner, child, Signal::sigcont), failed(Errno::eperm));
    });
    EXPECT_EQ(wait_for(caller, stranger), 0);
    EXPECT_EQ(kill(caller, child, Signal::sigkill), 0);
    EXPECT_EQ(wait_for(caller, child), 9);
  });
}

TEST(SignalCalls, GroupIsReachedByZeroAndByItsNegative) {
  in_a_process([](Caller& caller) {
    const std::int64_t outside = fork(caller, sleep_long);
    const std::int64_t leader = fork(caller, [](Caller& inner) {
      call(inner, nr::setpgid, 0, 0);
      fork(inner, sleep_long);
      kill(inner, 0, Signal::sigterm);
    });
    EXPECT_EQ(wait_for(caller, leader), 15);
    EXPECT_EQ(call(caller, nr::wait4, outside, nullptr, 1, nullptr), 0) << "another group";
    EXPECT_EQ(call(caller, nr::setpgid, outside, 0), 0);
    EXPECT_EQ(kill(caller, -outside, Signal::sigkill), 0);
    EXPECT_EQ(wait_for(caller, outside), 9);
    EXPECT_EQ(kill(caller, -outside, Signal::sigkill), failed(Errno::esrch));
  });
}

TEST(SignalCalls, GroupWithOneReachableMemberIsASuccess) {
  in_a_process([](Caller& caller) {
    const std::int64_t roots = fork(caller, sleep_long);
    EXPECT_EQ(call(caller, nr::setpgid, roots, 0), 0);
    const std::int64_t sender = fork(caller, [roots](Caller& inner) {
      const std::int64_t own = fork(inner, sleep_long);
      call(inner, nr::setpgid, own, roots);
      become(inner, 1000);
      EXPECT_EQ(probe(inner, -roots), failed(Errno::eperm)) << "forked before the user changed";
      const std::int64_t reachable = fork(inner, sleep_long);
      EXPECT_EQ(call(inner, nr::setpgid, reachable, roots), 0);
      EXPECT_EQ(kill(inner, -roots, Signal::sigkill), 0);
      EXPECT_EQ(wait_for(inner, reachable), 9);
    });
    EXPECT_EQ(wait_for(caller, sender), 0);
    EXPECT_EQ(call(caller, nr::wait4, roots, nullptr, 1, nullptr), 0) << "root's member lives on";
  });
}

TEST(SignalCalls, MinusOneReachesAllButInitAndOneself) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(kill(caller, -1, Signal::sigkill), failed(Errno::esrch)) << "nobody is there";
    const std::int64_t first = fork(caller, sleep_long);
    const std::int64_t second = fork(caller, sleep_long);
    EXPECT_EQ(kill(caller, -1, Signal::sigkill), 0);
    EXPECT_EQ(wait_for(caller, first), 9);
    EXPECT_EQ(wait_for(caller, second), 9);
  });
}

TEST(SignalCalls, PostedSignalsAreTraced) {
  MachineFixture fixture;
  Process& spawned = fixture.spawn([](Caller& caller) {
    const std::int64_t child = fork(caller, sleep_long);
    kill(caller, child, Signal::sigkill);
    probe(caller, child);
  });
  const Pid sender = spawned.pid;
  fixture.finish();
  const auto posted = fixture.trace().of(TraceKind::signal_posted);
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].detail, 9);
  EXPECT_EQ(posted[0].a, static_cast<std::uint64_t>(sender.value()));
  EXPECT_EQ(posted[0].thread.value(), sender.value() + 1);
}

}  // namespace signalbox::signal_calls_test
