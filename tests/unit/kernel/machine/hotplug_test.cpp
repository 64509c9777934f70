#include "kernel/machine/hotplug.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::hotplug_test {

constexpr CpuId first_cpu{0};
constexpr CpuId second_cpu{1};

MachineOptions machine(unsigned cpus, const std::vector<CpuOutage>& outages, std::string_view policy = "fcfs") {
  MachineOptions options;
  options.policy = policy;
  options.config.topology = Topology::uniform(cpus);
  options.config.outages = outages;
  return options;
}

CpuOutage outage(CpuId cpu, Duration from, Duration until) { return {cpu, Instant() + from, Instant() + until}; }

// "0:0-5 1:10-20": where and when, in milliseconds, a thread ran; stretches of no length left out.
std::string stretches(const MachineFixture& fixture, Tid thread) {
  std::string text;
  Instant begin;
  for (const TraceEvent& event : fixture.trace().events()) {
    if (event.thread != thread) continue;
    if (event.kind == TraceKind::run_begin) begin = event.when;
    if (event.kind != TraceKind::run_end || event.when == begin) continue;
    text += std::to_string(event.cpu.value()) + ":" + std::to_string(begin.nanoseconds() / 1'000'000) + "-" +
            std::to_string(event.when.nanoseconds() / 1'000'000) + " ";
  }
  return text;
}

Tid spawn_hog(MachineFixture& fixture, Duration work) {
  return fixture.spawn([work](Caller& caller) { compute(caller, work); }).leader()->tid;
}

std::uint64_t affinity(Caller& caller) {
  std::uint64_t mask = 0;
  EXPECT_EQ(call(caller, call_number::sched_getaffinity, 0, sizeof mask, &mask), static_cast<int>(sizeof mask));
  return mask;
}
void set_affinity(Caller& caller, std::uint64_t mask) {
  EXPECT_EQ(call(caller, call_number::sched_setaffinity, 0, sizeof mask, &mask), 0);
}

TEST(Hotplug, WhatRanThereWaitsUntilItFindsACpu) {
  MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 15_ms)}));
  const Tid a = spawn_hog(fixture, 20_ms);
  const Tid b = spawn_hog(fixture, 20_ms);
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(stretches(fixture, a), "0:0-20 ");
  EXPECT_EQ(stretches(fixture, b), "1:0-5 1:15-30 ");
  const auto gone = fixture.trace().of(TraceKind::cpu_offline);
  const auto back = fixture.trace().of(TraceKind::cpu_online);
  ASSERT_EQ(gone.size(), 1U);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(gone.front().cpu, second_cpu);
  EXPECT_EQ(gone.front().when, Instant() + 5_ms);
  EXPECT_EQ(back.front().when, Instant() + 15_ms);
}

TEST(Hotplug, WhoWakesWhileItsCpuGoesRunsOnAnotherThatIdles) {
  for (const std::string_view policy : {"fcfs", "eevdf", "linux", "linux:queue_per=machine", "fcfs:queue_per=llc"}) {
    MachineOptions options = machine(2, {{.cpu = first_cpu, .from = Instant() + 10'050_us}}, policy);
    options.config.costs.timer_latency = 100_us;
    options.config.costs.ipi_latency = 100_us;
    MachineFixture fixture(options);
    Process& process = fixture.spawn([](Caller& caller) {
      sleep_for(caller, 10_ms);
      compute(caller, 5_ms);
    });
    const Tid tid = process.leader()->tid;
    EXPECT_EQ(fixture.finish(), RunEnd::finished) << policy;
    EXPECT_EQ(stretches(fixture, tid), "1:10-15 ") << policy;
  }
}

TEST(Hotplug, LinuxBalancesOverTheCpusThatAreOnline) {
  MachineFixture fixture(machine(3, {{.cpu = CpuId(2), .from = Instant()}}, "linux"));
  std::array<Tid, 3> hogs;
  for (Tid& hog : hogs) hog = spawn_hog(fixture, 1_s);
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_FALSE(fixture.trace().of(TraceKind::thread_migrated).empty());
  for (const TraceEvent& exit : fixture.trace().of(TraceKind::thread_exited)) {
    EXPECT_GT(exit.when, Instant() + 1'200_ms) << "nobody has a CPU alone all the time";
  }
}

TEST(Hotplug, CpuThatIsOfflineFromTheStartRunsNobody) {
  MachineFixture fixture(machine(2, {{.cpu = first_cpu, .from = Instant()}}));
  const Tid a = spawn_hog(fixture, 5_ms);
  const Tid b = spawn_hog(fixture, 5_ms);
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(stretches(fixture, a), "1:0-5 ");
  EXPECT_EQ(stretches(fixture, b), "1:5-10 ");
}

TEST(Hotplug, QueuesOfTheirOwnAreEmptiedAndOthersLeftAlone) {
  for (const char* const balance : {"none", "periodic", "work_stealing", "linux"}) {
    SCOPED_TRACE(balance);
    const std::string policy = std::string("round_robin:quantum=1ms,queue_per=cpu,balance=") + balance;
    MachineFixture fixture(machine(3, {{.cpu = second_cpu, .from = Instant() + 3_ms}}, policy));
    std::vector<Tid> threads;
    for (int i = 0; i < 6; ++i) threads.push_back(spawn_hog(fixture, 10_ms));
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    for (const TraceEvent& event : fixture.trace().of(TraceKind::run_begin)) {
      EXPECT_FALSE(event.cpu == second_cpu && event.when >= Instant() + 3_ms);
    }
    EXPECT_LE(fixture.now(), Instant() + 43_ms) << "60 ms of work on three CPUs and then on two, a little uneven";
  }
}

TEST(Hotplug, AffinityKeepsWhatWasAsked) {
  MachineFixture fixture(machine(3, {outage(second_cpu, 5_ms, 15_ms)}));
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    set_affinity(caller, 0b110);
    compute(caller, 10_ms);
    EXPECT_EQ(caller.thread().entity.cpu, CpuId(2));
    EXPECT_EQ(affinity(caller), 0b100U) << "what is online of it (sched_getaffinity, cpu_active_mask)";
    const std::uint64_t offline_alone = 0b010;
    EXPECT_EQ(call(caller, call_number::sched_setaffinity, 0, sizeof offline_alone, &offline_alone),
              failed(Errno::einval));
    compute(caller, 10_ms);
    EXPECT_EQ(affinity(caller), 0b110U);
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_TRUE(fixture.trace().of(TraceKind::affinity_broken).empty());
}

TEST(Hotplug, AffinityIsBrokenIfNoneOfItsCpusIsLeft) {
  for (const bool is_queued : {false, true}) {
    MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 15_ms)}));
    Reached reached;
    if (is_queued) {
      fixture.spawn([](Caller& caller) {
        set_affinity(caller, 0b10);
        compute(caller, 5_ms);
      });
    }
    Process& bound = fixture.spawn([&](Caller& caller) {
      set_affinity(caller, 0b10);
      compute(caller, 20_ms);
      EXPECT_EQ(affinity(caller), 0b11U);
      reached.mark();
    });
    const Tid tid = bound.leader()->tid;
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    const auto broken = fixture.trace().of(TraceKind::affinity_broken, tid);
    ASSERT_EQ(broken.size(), 1U);
    EXPECT_EQ(broken.front().when, Instant() + 5_ms);
  }
}

TEST(Hotplug, SleeperNoticesOnlyWhenItWakes) {
  for (const Duration sleep : {8_ms, 30_ms}) {
    MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 15_ms)}));
    Reached reached;
    fixture.spawn([&](Caller& caller) {
      set_affinity(caller, 0b10);
      sleep_for(caller, sleep);
      EXPECT_EQ(affinity(caller), sleep == 8_ms ? 0b01U : 0b10U);
      EXPECT_EQ(caller.thread().entity.cpu, sleep == 8_ms ? first_cpu : second_cpu);
      reached.mark();
    });
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    EXPECT_EQ(fixture.trace().of(TraceKind::affinity_broken).size(), sleep == 8_ms ? 1U : 0U);
  }
}

TEST(Hotplug, ChildOfAnAffinityWithoutCpusIsBrokenToo) {
  MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 15_ms)}));
  fixture.machine().at(Instant() + 10_ms, [&] {
    CpuMask second;
    second.set(second_cpu);
    ThreadRequest request = MachineFixture::request_of([](Caller& caller) { compute(caller, 1_ms); });
    request.affinity = fixture.machine().affinities().intern(second);
    fixture.spawn(std::move(request));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().of(TraceKind::affinity_broken).size(), 1U);
}

TEST(Hotplug, WhoIsInTheKernelLeavesAtItsReturn) {
  MachineFixture fixture(machine(2, {{.cpu = first_cpu, .from = Instant() + 5_ms}}));
  const Tid thread = fixture
                         .spawn([](Caller& caller) {
                           caller.charge(8_ms, Mode::kernel);
                           compute(caller, 2_ms);
                         })
                         .leader()
                         ->tid;
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(stretches(fixture, thread), "0:0-8 1:8-10 ");
}

TEST(Hotplug, BrokenAffinityIsThatOfTheCpuset) {
  MachineOptions options = machine(3, {{.cpu = CpuId(2), .from = Instant() + 5_ms}});
  CpuMask last_two;
  last_two.set(second_cpu);
  last_two.set(CpuId(2));
  options.groups = {{.path = "/a", .cpus = last_two}};
  MachineFixture fixture(options);
  Reached reached;
  ThreadRequest request = MachineFixture::request_of([&](Caller& caller) {
    set_affinity(caller, 0b100);
    compute(caller, 10_ms);
    EXPECT_EQ(caller.thread().entity.cpu, second_cpu);
    EXPECT_EQ(affinity(caller), 0b010U);
    reached.mark();
  });
  request.group = TaskGroupId(1);
  fixture.spawn(std::move(request));
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

// deadline.c, dl_bw_deactivate: the write to the CPU's `online` file fails with EBUSY.
TEST(Hotplug, CpuThatReservationsNeedStays) {
  MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 15_ms), outage(second_cpu, 25_ms, 35_ms)}, "linux"));
  for (const Duration length : {20_ms, 100_ms}) {
    ThreadRequest request = MachineFixture::request_of([length](Caller& caller) { compute(caller, length * 6 / 10); });
    request.attributes = reservation(60_ms, 100_ms);
    fixture.spawn(std::move(request));
  }
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto refused = fixture.machine().refused_outages();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front().cpu, second_cpu);
  EXPECT_EQ(refused.front().when, Instant() + 5_ms);
  const auto gone = fixture.trace().of(TraceKind::cpu_offline);
  ASSERT_EQ(gone.size(), 1U) << "the first of them has exited before 25 ms";
  EXPECT_EQ(gone.front().when, Instant() + 25_ms);
  EXPECT_EQ(fixture.trace().of(TraceKind::cpu_online).size(), 1U);
}

TEST(Hotplug, ChangesAfterTheEndOfTheWorkDoNotProlongTheRun) {
  MachineFixture fixture(machine(2, {outage(second_cpu, 5_ms, 1_s)}));
  spawn_hog(fixture, 20_ms);
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.now(), Instant() + 20_ms);
}

}  // namespace signalbox::hotplug_test
