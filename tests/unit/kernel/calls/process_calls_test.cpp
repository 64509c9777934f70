#include "kernel/calls/process_calls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kernel/task/wait_status.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::process_calls_test {

namespace nr = call_number;

TEST(ProcessCalls, IdsNameProcessThreadAndParent) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::getpid), caller.process().pid.value());
    EXPECT_EQ(call(caller, nr::gettid), caller.process().pid.value());
    EXPECT_EQ(call(caller, nr::getppid), 1);
    const std::int64_t self = call(caller, nr::getpid);
    const std::int64_t child = fork(caller, [&, self](Caller& inner) {
      EXPECT_EQ(call(inner, nr::getppid), self);
      reached.mark();
    });
    EXPECT_GT(child, self);
    const std::int64_t tid = create_thread(caller, [self](Caller& inner) {
      EXPECT_EQ(call(inner, nr::getpid), self);
      EXPECT_NE(call(inner, nr::gettid), self);
    });
    EXPECT_EQ(join(caller, tid), 0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ForkedChildRunsItsOwnProgramAndInheritsIdentity) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::setuid, 7), 0);
    const AddressSpaceId space = caller.process().space_id;
    const std::int64_t child = fork(caller, [&, space](Caller& inner) {
      EXPECT_EQ(call(inner, nr::getuid), 7);
      EXPECT_NE(inner.process().space_id, space);
      reached.mark();
      return 42;
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(42));
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ForkWithoutRequestIsEfault) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::fork, nullptr), failed(Errno::efault));
    reached.mark();
  });
  fixture.run();
}

TEST(ProcessCalls, ForkBeyondTheLimitIsEagainAndKeepsTheRequest) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const ResourceLimit one{1, 10};
    EXPECT_EQ(call(caller, nr::prlimit64, 0, Resource::processes, &one, nullptr), 0);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    ThreadRequest request = MachineFixture::request_of([&](Caller&) { reached.mark(); });
    EXPECT_EQ(call(caller, nr::fork, &request), failed(Errno::eagain));
    EXPECT_EQ(call(caller, nr::thread_create, &request), failed(Errno::eagain));
    const ResourceLimit two{2, 10};
    EXPECT_EQ(call(caller, nr::prlimit64, 0, Resource::processes, &two, nullptr), 0);
    const std::int64_t child = call(caller, nr::fork, &request);
    EXPECT_GT(child, 0);
    sleep_for(caller, 1_ms);
    ThreadRequest another = MachineFixture::request_of([&](Caller&) {});
    EXPECT_EQ(call(caller, nr::fork, &another), failed(Errno::eagain)) << "a zombie counts";
    wait_for(caller, child);
    EXPECT_EQ(fork(caller, [](Caller&) {}), child + 1) << "who was waited for counts no longer";
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ForkChargesItsPriceToTheParent) {
  MachineOptions options;
  options.config.costs.fork = 50_us;
  options.config.costs.syscall = 1_us;
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    fork(caller, [](Caller&) {});
    EXPECT_EQ(caller.now(), Instant() + 51_us);
    reached.mark();
  });
  fixture.run();
}

TEST(ProcessCalls, ExitOfTheOnlyThreadIsTheProcessesExitCode) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { call(inner, nr::exit, 0x1ff + 3); });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(2));
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ProcessOutlivesItsFirstThreadAndTellsWhatThatSaid) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& leader) {
      create_thread(leader, [&](Caller& other) {
        sleep_for(other, 5_ms);
        EXPECT_EQ(call(other, nr::getpid), other.process().pid.value());
        reached.mark();
        return 9;
      });
      call(leader, nr::exit, 4);
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(4));
    EXPECT_EQ(caller.now(), Instant() + 5_ms);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ThreadAfterAJoinedLeaderDoesNotEndTheProcess) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& leader) {
      const std::int64_t leader_tid = call(leader, nr::gettid);
      create_thread(leader, [leader_tid](Caller& other) {
        EXPECT_EQ(join(other, leader_tid), 0);
        return 9;
      });
      create_thread(leader, [&](Caller& last) {
        sleep_for(last, 5_ms);
        reached.mark();
      });
      call(leader, nr::exit, 4);
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(4));
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, ExitGroupFromAnyThreadEndsAllWithItsStatus) {
  MachineFixture fixture;
  Reached reached;
  bool survived = false;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& leader) {
      create_thread(leader, [](Caller& other) { call(other, nr::exit_group, 7); });
      sleep_for(leader, 1_s);
      survived = true;
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(7));
    EXPECT_EQ(caller.now(), Instant());
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_FALSE(survived);
}

// Says how it ended, and makes calls while it is unwound.
struct CallsWhenItEnds {
  Caller& caller;
  std::vector<std::int64_t>& answers;
  ~CallsWhenItEnds() {
    for (const std::uint32_t number : {nr::sched_yield, nr::exit, nr::exit_group, nr::getpid}) {
      answers.push_back(call(caller, number, 3));
    }
    answers.push_back(call(caller, nr::wait4, -1, nullptr, 0, nullptr));
  }
};

TEST(ProcessCalls, CallsOfADestructorDuringUnwindingNeitherSleepNorEndAgain) {
  MachineFixture fixture;
  std::vector<std::int64_t> answers;
  std::int64_t pid = 0;
  fixture.spawn([&](Caller& caller) {
    pid = call(caller, nr::getpid);
    fork(caller, [](Caller& inner) { sleep_for(inner, 1_s); });
    const CallsWhenItEnds guard{caller, answers};
    call(caller, nr::exit, 5);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(answers, (std::vector<std::int64_t>{0, 0, 0, pid, failed(Errno::eintr)}));
}

TEST(ProcessCalls, NameIsCutAtFifteenLettersAndTold) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::prctl, 15, "a name of more than fifteen"), 0);
    std::array<char, 16> name{};
    name.fill('x');
    EXPECT_EQ(call(caller, nr::prctl, 16, name.data()), 0);
    EXPECT_EQ(std::string(name.data()), "a name of more ");
    EXPECT_EQ(call(caller, nr::prctl, 15, "b"), 0);
    EXPECT_EQ(call(caller, nr::prctl, 16, name.data()), 0);
    EXPECT_EQ(std::string(name.data(), name.size()), std::string("b") + std::string(15, '\0'));
    EXPECT_EQ(call(caller, nr::prctl, 15, nullptr), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::prctl, 16, nullptr), failed(Errno::efault));
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto renamed = fixture.trace().of(TraceKind::thread_renamed);
  ASSERT_EQ(renamed.size(), 2U);
  EXPECT_EQ(fixture.simulation().trace().name(NameId(static_cast<NameId::Value>(renamed[1].b))), "b");
}

TEST(ProcessCalls, OrphansGoToTheSubreaperElseToInit) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& reaper) {
    int is_reaper = -1;
    EXPECT_EQ(call(reaper, nr::prctl, 37, &is_reaper), 0);
    EXPECT_EQ(is_reaper, 0);
    EXPECT_EQ(call(reaper, nr::prctl, 36, 1), 0);
    EXPECT_EQ(call(reaper, nr::prctl, 37, &is_reaper), 0);
    EXPECT_EQ(is_reaper, 1);
    const std::int64_t self = call(reaper, nr::getpid);
    const std::int64_t child = fork(reaper, [&, self](Caller& middle) {
      fork(middle, [&, self](Caller& orphan) {
        sleep_for(orphan, 1_ms);
        EXPECT_EQ(call(orphan, nr::getppid), self);
        return 5;
      });
    });
    EXPECT_EQ(wait_for(reaper, child), 0);
    const std::int64_t orphan = child + 1;
    EXPECT_EQ(WaitStatus::from_raw(wait_for(reaper, orphan)), WaitStatus::exited(5));
    EXPECT_EQ(call(reaper, nr::prctl, 36, 0), 0);
    const std::int64_t second = fork(reaper, [&](Caller& middle) {
      fork(middle, [&](Caller& inner) {
        sleep_for(inner, 1_ms);
        EXPECT_EQ(call(inner, nr::getppid), 1);
        reached.mark();
      });
    });
    EXPECT_EQ(wait_for(reaper, second), 0);
    EXPECT_EQ(call(reaper, nr::wait4, -1, nullptr, 0, nullptr), failed(Errno::echild));
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ProcessCalls, UnknownPrctlIsEinval) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::prctl, 12345, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::prctl, 37, nullptr), failed(Errno::efault));
    reached.mark();
  });
  fixture.run();
}

// The fork needs a frame for each of the parent's tables, and some have to be written to swap first.
TEST(ProcessCalls, ForkKeepsOutOfAHeapThatIsMadeWhileItSleeps) {
  in_memory(
      [](Caller& caller) {
        constexpr std::uint64_t areas = 1400;
        constexpr std::uint64_t area_pages = 512;
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, areas * area_pages, map_private | map_anonymous | map_noreserve);
        for (std::uint64_t i = 0; i < areas; ++i) memory.store(word_of(at, i * area_pages), i);
        bool is_forking = false;
        bool is_inside = false;
        bool has_been_inside = false;
        const std::int64_t other = create_thread(caller, [&](Caller& thread) {
          EXPECT_TRUE(is_forking);
          thread.process().heap = std::make_unique<alloc::ProcessHeap>(alloc::ProcessHeapOptions(), NameId());
          is_inside = thread.process().heap->try_enter();
          has_been_inside = is_inside;
          sleep_for(thread, 5_s);
          is_inside = false;
          const bool has_waiters = thread.process().heap->leave();
          EXPECT_EQ(has_waiters ? call(thread, nr::heap_leave) : 0, 0);
        });
        is_forking = true;
        const std::int64_t child = fork(caller, [](Caller&) { return 0; });
        EXPECT_TRUE(has_been_inside);
        EXPECT_FALSE(is_inside);
        is_forking = false;
        EXPECT_EQ(wait_for(caller, child), 0);
        EXPECT_EQ(join(caller, other), 0);
      },
      with_memory(16 * mib, 64 * mib));
}

}  // namespace signalbox::process_calls_test
