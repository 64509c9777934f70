#include "kernel/machine/lifecycle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernel/base/signal.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::lifecycle_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

struct SaysWhenItEnds {
  Caller& caller;
  std::vector<Instant>& ended;
  ~SaysWhenItEnds() { ended.push_back(caller.now()); }
};

// Two CPUs; the program is killed at 3 ms, from the hub.
std::vector<Instant> ended_when_killed(void (*body)(Caller&), unsigned cpus = 2) {
  MachineOptions options;
  options.config.topology = Topology::uniform(cpus);
  MachineFixture fixture(options);
  std::vector<Instant> ended;
  Process& victim = fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{caller, ended};
    body(caller);
  });
  fixture.machine().at(at(3_ms), [&] { fixture.machine().end_process(victim, WaitStatus::killed_by(9)); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto exited = fixture.trace().of(TraceKind::process_exited);
  EXPECT_EQ(exited.size(), 1U);
  EXPECT_EQ(exited[0].a, 9U);
  return ended;
}

TEST(Lifecycle, KilledSleeperIsUnwoundAtOnce) {
  EXPECT_EQ(ended_when_killed([](Caller& caller) { sleep_for(caller, 1_s); }), (std::vector{at(3_ms)}));
}

TEST(Lifecycle, KilledComputationIsCutShort) {
  EXPECT_EQ(ended_when_killed([](Caller& caller) { compute(caller, 1_s); }), (std::vector{at(3_ms)}));
}

TEST(Lifecycle, AllThreadsOfAKilledProcessEnd) {
  MachineFixture fixture;
  std::vector<Instant> ended;
  Process& victim = fixture.spawn([&](Caller& caller) {
    for (int i = 0; i < 3; ++i) {
      create_thread(caller, [&](Caller& other) {
        const SaysWhenItEnds guard{other, ended};
        sleep_for(other, 1_s);
      });
    }
    const SaysWhenItEnds guard{caller, ended};
    sleep_for(caller, 1_ms);
    compute(caller, 1_s);
  });
  fixture.machine().at(at(5_ms), [&] { fixture.machine().end_process(victim, WaitStatus::killed_by(9)); });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(ended, (std::vector(4, at(5_ms))));
}

TEST(Lifecycle, KilledWhileQueuedDoesNoneOfItsWork) {
  MachineFixture fixture({.policy = "round_robin:quantum=1ms", .config = {}});
  std::vector<Instant> ended;
  Process& victim = fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{caller, ended};
    compute(caller, 1_s);
  });
  bool has_started = false;
  Process& late = *[&] {
    fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
    return &fixture.spawn([&](Caller&) { has_started = true; });
  }();
  fixture.machine().at(at(1500_us), [&] {
    fixture.machine().end_process(victim, WaitStatus::killed_by(9));
    fixture.machine().end_process(late, WaitStatus::killed_by(9));
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_FALSE(has_started) << "who never ran does not begin to";
  EXPECT_EQ(ended, (std::vector{at(2_ms)})) << "when it gets the CPU, at the end of the other one's slice";
  EXPECT_EQ(fixture.now(), at(11_ms));
}

TEST(Lifecycle, DestructorsOfAKilledProgramMayStillUseItsMemory) {
  MachineFixture fixture;
  std::string text;
  fixture.spawn([&](Caller& caller) {
    struct Writes {
      std::string& text;
      std::string own = "a string that is too long for its small buffer";
      ~Writes() { text = own; }
    };
    const Writes writes{text};
    call(caller, nr::exit, 0);
  });
  fixture.run();
  EXPECT_EQ(text, "a string that is too long for its small buffer");
}

TEST(Lifecycle, CompactThreadsEndWithoutUnwinding) {
  MachineFixture fixture;
  int unwound = 0;
  int started = 0;
  Process& victim = fixture.spawn([&](Caller& caller) {
    for (int i = 0; i < 3; ++i) {
      ThreadRequest request;
      request.stack = StackKind::compact;
      request.program = [&, i](Caller& other) {
        struct Counts {
          int& count;
          ~Counts() { ++count; }
        };
        const Counts counts{unwound};
        ++started;
        if (i == 0) other.exit_thread(1);
        if (i == 1) other.sleep_until(at(1_s));
        return 0;
      };
      call(caller, nr::thread_create, &request);
    }
    sleep_for(caller, 1_s);
  });
  fixture.machine().at(at(1_ms), [&] { fixture.machine().end_process(victim, WaitStatus::killed_by(9)); });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(started, 3);
  EXPECT_EQ(unwound, 1) << "only the one that returned";
}

TEST(Lifecycle, EndingProcessMakesNoThreads) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  options.config.costs.thread_create = 5_ms;
  options.config.costs.fork = 5_ms;
  for (const std::uint32_t number : {nr::thread_create, nr::fork}) {
    MachineFixture fixture(options);
    bool has_run = false;
    Process& victim = fixture.spawn([&](Caller& caller) {
      ThreadRequest request = MachineFixture::request_of([&](Caller&) { has_run = true; });
      call(caller, number, &request);
    });
    fixture.machine().at(at(3_ms), [&] { fixture.machine().end_process(victim, WaitStatus::killed_by(9)); });
    EXPECT_EQ(fixture.run(), RunEnd::finished);
    EXPECT_FALSE(has_run) << number;
    EXPECT_EQ(fixture.now(), at(5_ms));
  }
}

TEST(Lifecycle, InitReapsItsChildrenAtOnce) {
  MachineFixture fixture;
  const Process& process = fixture.spawn([](Caller& caller) { compute(caller, 1_ms); });
  const Pid pid = process.pid;
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.machine().processes().find_process(pid), nullptr);
  const auto reaped = fixture.trace().of(TraceKind::process_reaped);
  ASSERT_EQ(reaped.size(), 1U);
  EXPECT_EQ(reaped[0].a, 1U);
}

TEST(Lifecycle, ZombieOrphansAreReapedByInit) {
  MachineFixture fixture;
  fixture.spawn([](Caller& caller) {
    fork(caller, [](Caller&) {});
    sleep_for(caller, 1_ms);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().of(TraceKind::process_reaped).size(), 2U);
  std::size_t left = 0;
  fixture.machine().processes().for_each_process([&](const Process&) { ++left; });
  EXPECT_EQ(left, 1U) << "init";
}

TEST(Lifecycle, OrphansOfAnEndedSubreaperGoFurtherUp) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& top) {
    call(top, nr::prctl, 36, 1);
    const std::int64_t top_pid = call(top, nr::getpid);
    const std::int64_t reaper = fork(top, [&, top_pid](Caller& middle) {
      call(middle, nr::prctl, 36, 1);
      fork(middle, [&, top_pid](Caller& child) {
        fork(child, [&, top_pid](Caller& orphan) {
          sleep_for(orphan, 5_ms);
          EXPECT_EQ(call(orphan, nr::getppid), top_pid);
          reached.mark();
        });
        sleep_for(child, 2_ms);
      });
      sleep_for(middle, 1_ms);
    });
    EXPECT_EQ(wait_for(top, reaper), 0);
    EXPECT_EQ(wait_for(top, reaper + 1), 0);
    EXPECT_EQ(wait_for(top, reaper + 2), 0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(Lifecycle, TimesOfTheReapedGoToTheirParent) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      wait_for(inner, fork(inner, [](Caller& leaf) { compute(leaf, 2_ms); }));
      fork(inner, [](Caller& unwaited) { compute(unwaited, 64_ms); });
      compute(inner, 1_ms);
      sleep_for(inner, 100_ms);
    });
    wait_for(caller, child);
    EXPECT_EQ(caller.process().reaped_children, (CpuTimes{3_ms, 0_ms})) << "not of those nobody waited for";
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(Lifecycle, BirthAndDeathAreTraced) {
  MachineFixture fixture;
  ThreadRequest request = MachineFixture::request_of([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller&) { return 6; });
    join(caller, tid);
    return 3;
  });
  request.name = fixture.simulation().trace().intern("parent");
  fixture.spawn(std::move(request));
  fixture.finish();
  const RecordedTrace& trace = fixture.trace();
  const auto created = trace.of(TraceKind::process_created);
  ASSERT_EQ(created.size(), 1U);
  EXPECT_EQ(created[0].thread, Tid(2));
  EXPECT_EQ(created[0].a, 1U);
  EXPECT_EQ(fixture.simulation().trace().name(NameId(static_cast<NameId::Value>(created[0].b))), "parent");
  const auto threads = trace.of(TraceKind::thread_created);
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_EQ(threads[1].thread, Tid(3));
  EXPECT_EQ(threads[1].a, 2U);
  EXPECT_EQ(threads[1].b, threads[0].b) << "a thread without a name has its process's";
  EXPECT_EQ(trace.of(TraceKind::thread_exited, Tid(3))[0].a, 6U);
  EXPECT_EQ(trace.of(TraceKind::thread_exited, Tid(2))[0].a, 3U);
  EXPECT_EQ(trace.of(TraceKind::process_exited, Tid(2))[0].a, 0x300U);
}

TEST(Lifecycle, ExitIsPricedInTheKernel) {
  MachineOptions options;
  options.config.costs.exit = 7_us;
  MachineFixture fixture(options);
  fixture.spawn([](Caller&) {});
  fixture.spawn([](Caller& caller) { call(caller, nr::exit, 1); });
  fixture.finish();
  EXPECT_EQ(fixture.now(), at(14_us));
  EXPECT_EQ(fixture.trace().of(TraceKind::run_end)[0].b, 7000U);
}

TEST(Lifecycle, ManyShortThreadsReuseStacksAndNumbersGoUp) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    std::int64_t last = call(caller, nr::gettid);
    for (int i = 0; i < 1000; ++i) {
      const std::int64_t tid = create_thread(caller, [](Caller&) {});
      EXPECT_EQ(tid, last + 1);
      EXPECT_EQ(join(caller, tid), 0);
      last = tid;
    }
    EXPECT_EQ(caller.kernel().processes().thread_count(), 1U);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(Lifecycle, WeightFollowsNiceAndClass) {
  EXPECT_EQ(weight_of(nice_of(0)), 1024U);
  EXPECT_EQ(weight_of(nice_of(-20)), 88761U);
  SchedAttributes idle = nice_of(-20);
  idle.sched_class = SchedClass::idle;
  EXPECT_EQ(weight_of(idle), 3U);
}

// deadline_admission: as if the new thread asked for its class itself.
TEST(Lifecycle, ADeadlineThreadIsMadeOnlyIfThereIsRoom) {
  MachineFixture fixture;
  const auto make = [&](Duration runtime) {
    ThreadRequest request = MachineFixture::request_of([](Caller&) {});
    request.attributes = reservation(runtime, 10_ms);
    return fixture.machine().spawn(std::move(request));
  };
  EXPECT_TRUE(make(6_ms).has_value());
  EXPECT_EQ(make(4_ms).error(), Errno::ebusy);
  EXPECT_EQ(make(11_ms).error(), Errno::einval);
  EXPECT_TRUE(make(3_ms).has_value());
  fixture.run();
  EXPECT_TRUE(make(9_ms).has_value()) << "the others have exited";
}

TEST(Lifecycle, AReservationIsAdmittedToWhatIsOnline) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  options.config.outages = {{.cpu = CpuId(1), .from = Instant()}};
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    compute(caller, 1_ms);
    ThreadRequest request = MachineFixture::request_of([](Caller&) {});
    request.attributes = reservation(96_ms, 100_ms);
    EXPECT_EQ(caller.kernel().create_thread(caller.process(), std::move(request)).error(), Errno::ebusy);
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

// Its cpuset is not a root domain of its own (cpuset.cpus.partition), so it leaves CPUs of its root domain out.
TEST(Lifecycle, ACpusetLetsNoReservationIn) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  options.groups = {{.path = "/a", .cpus = CpuMask::first(1)}};
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const auto admitted = [&](TaskGroupId group) {
      ThreadRequest request = MachineFixture::request_of([](Caller&) {});
      request.attributes = reservation(10_ms, 100_ms);
      request.group = group;
      return caller.kernel().create_thread(caller.process(), std::move(request));
    };
    EXPECT_EQ(admitted(TaskGroupId(1)).error(), Errno::eperm);
    EXPECT_TRUE(admitted(TaskGroupId()).has_value());
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

}  // namespace signalbox::lifecycle_test
