#include "kernel/calls/thread_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::thread_calls_test {

namespace nr = call_number;

std::int64_t detach(Caller& caller, std::int64_t tid) { return call(caller, nr::thread_detach, tid); }

TEST(ThreadCalls, JoinWaitsForTheEndAndTellsTheValue) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& other) {
      sleep_for(other, 2_ms);
      return 77;
    });
    EXPECT_NE(tid, call(caller, nr::gettid));
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, tid, &value), 0);
    EXPECT_EQ(value, 77);
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    EXPECT_EQ(join(caller, tid), failed(Errno::esrch)) << "joined once only";
  });
}

TEST(ThreadCalls, JoinOfWhoHasEndedDoesNotSleep) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& other) { call(other, nr::exit, 5); });
    sleep_for(caller, 1_ms);
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, tid, &value), 0);
    EXPECT_EQ(value, 5);
    EXPECT_EQ(caller.now(), Instant() + 1_ms);
  });
}

TEST(ThreadCalls, JoinOfOneselfOrEachOtherIsEdeadlk) {
  in_a_process([](Caller& caller) {
    const std::int64_t self = call(caller, nr::gettid);
    EXPECT_EQ(join(caller, self), failed(Errno::edeadlk));
    const std::int64_t tid = create_thread(caller, [self](Caller& other) {
      sleep_for(other, 1_ms);
      EXPECT_EQ(join(other, self), failed(Errno::edeadlk));
      return 3;
    });
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, tid, &value), 0);
    EXPECT_EQ(value, 3);
  });
}

TEST(ThreadCalls, SecondJoinerIsEinval) {
  in_a_process([](Caller& caller) {
    const std::int64_t target = create_thread(caller, [](Caller& other) { sleep_for(other, 2_ms); });
    const std::int64_t joiner = create_thread(caller, [target](Caller& other) { EXPECT_EQ(join(other, target), 0); });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(join(caller, target), failed(Errno::einval));
    EXPECT_EQ(detach(caller, target), 0) << "without effect, as in glibc";
    EXPECT_EQ(join(caller, joiner), 0);
  });
}

TEST(ThreadCalls, DetachedThreadIsNotJoinedAndGoesByItself) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& other) { sleep_for(other, 1_ms); });
    EXPECT_EQ(detach(caller, tid), 0);
    EXPECT_EQ(join(caller, tid), failed(Errno::einval));
    EXPECT_EQ(detach(caller, tid), failed(Errno::einval));
    sleep_for(caller, 2_ms);
    EXPECT_EQ(caller.kernel().processes().find_thread(Tid(static_cast<Tid::Value>(tid))), nullptr);
    EXPECT_EQ(join(caller, tid), failed(Errno::esrch));
  });
}

TEST(ThreadCalls, DetachOfWhoHasEndedFreesIt) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller&) {});
    sleep_for(caller, 1_ms);
    EXPECT_NE(caller.kernel().processes().find_thread(Tid(static_cast<Tid::Value>(tid))), nullptr);
    EXPECT_EQ(detach(caller, tid), 0);
    EXPECT_EQ(caller.kernel().processes().find_thread(Tid(static_cast<Tid::Value>(tid))), nullptr);
  });
}

TEST(ThreadCalls, ThreadsOfOthersAreEsrch) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { sleep_for(inner, 1_ms); });
    EXPECT_EQ(join(caller, child), failed(Errno::esrch));
    EXPECT_EQ(detach(caller, child), failed(Errno::esrch));
    EXPECT_EQ(join(caller, 4000), failed(Errno::esrch));
    EXPECT_EQ(call(caller, nr::thread_create, nullptr), failed(Errno::efault));
  });
}

TEST(ThreadCalls, RequestSaysHowTheThreadIsScheduled) {
  in_a_process([](Caller& caller) {
    ThreadRequest request = MachineFixture::request_of([](Caller& other) {
      EXPECT_EQ(call(other, nr::sched_getscheduler, 0), 1);
      EXPECT_EQ(call(other, nr::getpriority, 0, 0), 20);
      return 6;
    });
    request.attributes = realtime(SchedClass::fifo, 10);
    request.is_detached = false;
    std::int64_t value = 0;
    EXPECT_EQ(join(caller, call(caller, nr::thread_create, &request), &value), 0);
    EXPECT_EQ(value, 6);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    ThreadRequest refused = MachineFixture::request_of([](Caller&) {});
    refused.attributes = realtime(SchedClass::fifo, 10);
    EXPECT_EQ(call(caller, nr::thread_create, &refused), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::fork, &refused), failed(Errno::eperm));
  });
}

TEST(ThreadCalls, AttributesAndAffinityAreInherited) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::setpriority, 0, 0, 5), 0);
    const std::uint64_t second_cpu = 2;
    EXPECT_EQ(call(caller, nr::sched_setaffinity, 0, 8, &second_cpu), 0);
    const std::int64_t tid = create_thread(caller, [&](Caller& other) {
      EXPECT_EQ(call(other, nr::getpriority, 0, 0), 15);
      std::uint64_t mask = 0;
      EXPECT_EQ(call(other, nr::sched_getaffinity, 0, 8, &mask), 8);
      EXPECT_EQ(mask, 2U);
      EXPECT_EQ(other.thread().entity.cpu, CpuId(1));
      reached.mark();
    });
    EXPECT_EQ(join(caller, tid), 0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(ThreadCalls, CreateChargesItsPrice) {
  MachineOptions options;
  options.config.costs.thread_create = 7_us;
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    create_thread(caller, [](Caller&) {});
    EXPECT_EQ(caller.now(), Instant() + 7_us);
    reached.mark();
  });
  fixture.run();
}

}  // namespace signalbox::thread_calls_test
