#include "workloads/guest.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"

namespace signalbox::guest_test {

// Runs one program to its end.
template <class Body>
std::unique_ptr<ScenarioRun> run_guest(Body body, const MachineConfig& config = {}) {
  auto run = std::make_unique<ScenarioRun>("fcfs", config);
  run->spawn("guest", std::move(body));
  EXPECT_EQ(run->run(), RunEnd::finished);
  return run;
}

TEST(Guest, ComputeAndSleepTakeTheirTime) {
  const auto run = run_guest([](Guest& guest) {
    guest.compute(2_ms);
    EXPECT_EQ(guest.now(), Instant() + 2_ms);
    EXPECT_TRUE(guest.sleep(3_ms).has_value());
    EXPECT_EQ(guest.now(), Instant() + 5_ms);
    EXPECT_TRUE(guest.sleep_until(Instant() + 1500_ms).has_value());
    EXPECT_TRUE(guest.sleep_until(Instant() + 1_ms).has_value());
    EXPECT_EQ(guest.now(), Instant() + 1500_ms);
    EXPECT_EQ(guest.sleep(-1_ns).error(), Errno::einval);
    return 0;
  });
  EXPECT_EQ(run->schedule(), "guest 0-2");
}

TEST(Guest, KnowsWhoItIs) {
  run_guest([](Guest& guest) {
    EXPECT_EQ(guest.getpid(), Pid(2));
    EXPECT_EQ(guest.gettid(), Tid(2));
    EXPECT_EQ(guest.getppid(), Pid(1));
    const Result<Pid> child = guest.fork("child", guest_program([](Guest& self) {
                                           EXPECT_EQ(self.getppid(), Pid(2));
                                           EXPECT_EQ(self.getpid(), Pid(3));
                                           return 0;
                                         }));
    EXPECT_EQ(child.value(), Pid(3));
    EXPECT_TRUE(guest.wait().has_value());
    return 0;
  });
}

TEST(Guest, ItsOomScoreAdjIsItsChildrens) {
  MachineConfig config;
  config.costs.syscall = 1_us;
  run_guest(
      [](Guest& guest) {
        EXPECT_TRUE(guest.set_oom_score_adj(-300).has_value());
        EXPECT_EQ(guest.now(), Instant() + 3_us) << "open, write, close";
        EXPECT_EQ(guest.set_oom_score_adj(1001).error(), Errno::einval);
        EXPECT_TRUE(guest
                        .fork("child", guest_program([](Guest& self) {
                                EXPECT_EQ(self.caller().process().oom_score_adj, -300);
                                return 0;
                              }))
                        .has_value());
        EXPECT_TRUE(guest.wait().has_value());
        return 0;
      },
      config);
}

TEST(Guest, WaitTellsHowAChildEnded) {
  run_guest([](Guest& guest) {
    const Pid returns = *guest.fork("a", guest_program([](Guest&) { return 7; }));
    const Pid exits = *guest.fork("b", guest_program([](Guest& self) -> int { self.exit(8); }));
    const Pid sleeps = *guest.fork("c", guest_program([](Guest& self) {
                                     static_cast<void>(self.sleep(1_s));
                                     return 0;
                                   }));
    EXPECT_EQ(guest.wait(exits)->status, WaitStatus::exited(8));
    EXPECT_EQ(guest.wait(sleeps, WaitHang::returns)->pid, Pid(0));
    EXPECT_TRUE(guest.kill(sleeps, Signal::sigterm).has_value());
    EXPECT_EQ(guest.wait(sleeps)->status, WaitStatus::killed_by(15));
    const Result<WaitedChild> last = guest.wait();
    EXPECT_EQ(last->pid, returns);
    EXPECT_EQ(last->status, WaitStatus::exited(7));
    EXPECT_EQ(guest.wait().error(), Errno::echild);
    EXPECT_EQ(guest.kill(returns, Signal::sigterm).error(), Errno::esrch);
    return 0;
  });
}

TEST(Guest, JoinGivesAThreadsValue) {
  run_guest([](Guest& guest) {
    const Tid returns = *guest.thread("a", guest_program([](Guest& self) {
                                        self.compute(1_ms);
                                        return -3;
                                      }));
    const Tid exits = *guest.thread("b", guest_program([](Guest& self) -> int { self.exit_thread(5); }));
    EXPECT_EQ(guest.join(returns).value(), -3);
    EXPECT_EQ(guest.join(exits).value(), 5);
    EXPECT_EQ(guest.join(exits).error(), Errno::esrch);
    const Tid detached = *guest.thread("c", guest_program([](Guest&) { return 0; }));
    EXPECT_TRUE(guest.detach(detached).has_value());
    EXPECT_EQ(guest.join(detached).error(), Errno::einval);
    return 0;
  });
}

TEST(Guest, StartOptionsAreWhatTheNewThreadHas) {
  MachineConfig config;
  config.topology = Topology::uniform(2);
  const auto run = run_guest(
      [](Guest& guest) {
        StartOptions options;
        options.attributes = SchedAttributes();
        options.attributes->nice = 7;
        options.affinity = guest.caller().kernel().affinities().intern(CpuMask::of(std::vector{CpuId(1)}));
        options.expected_burst = 4_ms;
        options.is_detached = true;
        const Tid thread = *guest.thread("other", guest_program([](Guest& self) {
                                           const Entity& entity = self.caller().thread().entity;
                                           EXPECT_EQ(entity.attributes.nice, 7);
                                           EXPECT_EQ(entity.cpu, CpuId(1));
                                           EXPECT_EQ(entity.expected_burst, 4_ms);
                                           return 0;
                                         }),
                                         options);
        EXPECT_EQ(guest.join(thread).error(), Errno::einval);
        static_cast<void>(guest.sleep(1_ms));
        return 0;
      },
      config);
  EXPECT_EQ(run->trace.of(TraceKind::thread_created).size(), 2U);
}

TEST(Guest, SetsItsScheduling) {
  MachineConfig config;
  config.topology = Topology::uniform(2);
  run_guest(
      [](Guest& guest) {
        const Entity& entity = guest.caller().thread().entity;
        EXPECT_TRUE(guest.set_nice(-5).has_value());
        EXPECT_EQ(entity.attributes.nice, -5);
        SchedAttributes wanted;
        wanted.sched_class = SchedClass::deadline;
        wanted.runtime = 1_ms;
        wanted.deadline = 5_ms;
        wanted.period = 10_ms;
        EXPECT_TRUE(guest.set_scheduler(wanted).has_value());
        EXPECT_EQ(entity.attributes.sched_class, SchedClass::deadline);
        EXPECT_EQ(entity.attributes.deadline, 5_ms);
        EXPECT_TRUE(guest.set_scheduler(SchedAttributes()).has_value());
        EXPECT_TRUE(guest.set_affinity(CpuMask::of(std::vector{CpuId(1)})).has_value());
        guest.compute(1_ms);
        EXPECT_EQ(entity.cpu, CpuId(1));
        EXPECT_EQ(guest.set_affinity(CpuMask()).error(), Errno::einval);
        guest.expect_burst(3_ms);
        EXPECT_EQ(entity.expected_burst, 3_ms);
        return 0;
      },
      config);
}

TEST(Guest, MarksActivations) {
  const auto run = run_guest([](Guest& guest) {
    guest.begin_activation(4, 2_us);
    guest.compute(1_ms);
    guest.end_activation(4, -1_us);
    return 0;
  });
  const auto begun = run->trace.of(TraceKind::activation_begun);
  const auto ended = run->trace.of(TraceKind::activation_ended);
  ASSERT_EQ(begun.size(), 1U);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(begun.front().a, 4U);
  EXPECT_EQ(begun.front().b, 2000U);
  EXPECT_EQ(ended.front().when, Instant() + 1_ms);
  EXPECT_EQ(static_cast<std::int64_t>(ended.front().b), -1000);
}

TEST(Guest, CallsArePricedAndTraced) {
  MachineConfig config;
  config.costs.syscall = 1_us;
  const auto run = run_guest(
      [](Guest& guest) {
        static_cast<void>(guest.getpid());
        guest.yield();
        return 0;
      },
      config);
  EXPECT_EQ(run->trace.end(), Instant() + 2_us);
  EXPECT_EQ(run->trace.of(TraceKind::syscall_entered).size(), 2U);
}

}  // namespace signalbox::guest_test
