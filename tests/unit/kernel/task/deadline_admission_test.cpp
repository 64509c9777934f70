#include "kernel/task/deadline_admission.hpp"

#include <gtest/gtest.h>

#include "tests/support/attributes.hpp"
#include "tests/support/no_host.hpp"

namespace signalbox::deadline_admission_test {

class DeadlineAdmission : public ::testing::Test {
 protected:
  Thread& add(const SchedAttributes& attributes) {
    Thread& thread = **table.create_thread(init, host);
    thread.normal = attributes;
    return thread;
  }
  Result<bool> admitted(const SchedAttributes& wanted, const Thread* thread = nullptr) const {
    return may_be_deadline(table, {topology, affinities}, thread, AffinityId(), wanted);
  }
  void set_cpus(Topology cpus) {
    topology = std::move(cpus);
    affinities = AffinityTable(topology.cpu_count());
  }

  NoHost host;
  ProcessTable table;
  Process& init = **table.create_process(nullptr);
  Topology topology = Topology::uniform(1);
  AffinityTable affinities{1};
};

TEST_F(DeadlineAdmission, ThereIsRoomForNinetyPercentOfEachCpu) {
  EXPECT_TRUE(admitted(reservation(90_ms, 100_ms)).has_value());
  EXPECT_EQ(admitted(reservation(90_ms + 1_us, 100_ms)).error(), Errno::ebusy);
  set_cpus(Topology::uniform(4));
  for (int i = 0; i < 3; ++i) add(reservation(1_s, 1_s));
  EXPECT_TRUE(admitted(reservation(60_ms, 100_ms)).has_value()) << "3.6 of 3.6";
  EXPECT_EQ(admitted(reservation(61_ms, 100_ms)).error(), Errno::ebusy);
}

TEST_F(DeadlineAdmission, SlowCpusCountLess) {
  set_cpus(Topology({CpuPlace{}, CpuPlace{0, 0, NodeId(), 512}}));
  add(reservation(10_ms, 10_ms));
  EXPECT_TRUE(admitted(reservation(3_ms, 10_ms)).has_value()) << "1.3 of 1.325";
  EXPECT_EQ(admitted(reservation(4_ms, 10_ms)).error(), Errno::ebusy);
}

TEST_F(DeadlineAdmission, AThreadsOwnBandwidthIsFreed) {
  Thread& thread = add(reservation(55_ms, 100_ms));
  add(reservation(30_ms, 100_ms));
  EXPECT_TRUE(admitted(reservation(60_ms, 100_ms), &thread).has_value());
  EXPECT_EQ(admitted(reservation(61_ms, 100_ms), &thread).error(), Errno::ebusy);
  thread.state = ThreadState::exited;
  EXPECT_TRUE(admitted(reservation(60_ms, 100_ms)).has_value());
}

// deadline.c, sched_dl_overflow: the same bandwidth again is no question.
TEST_F(DeadlineAdmission, WhoKeepsItsBandwidthMayAlways) {
  Thread& thread = add(reservation(60_ms, 100_ms));
  add(reservation(60_ms, 100_ms));
  EXPECT_TRUE(admitted(reservation(6_ms, 10_ms), &thread).has_value());
  EXPECT_EQ(admitted(reservation(5_ms, 10_ms), &thread).error(), Errno::ebusy);
}

TEST_F(DeadlineAdmission, SenseComesFirstThenTheAffinityThenTheBandwidth) {
  set_cpus(Topology::uniform(2));
  add(reservation(1_s, 1_s));
  const AffinityId some_cpus = affinities.intern(CpuMask::first(1));
  const auto checked = [&](const SchedAttributes& wanted) {
    return may_be_deadline(table, {topology, affinities}, nullptr, some_cpus, wanted).error();
  };
  EXPECT_EQ(checked(reservation(1023_ns, 100_us)), Errno::einval);
  EXPECT_EQ(checked(reservation(99_us, 99_us)), Errno::einval);
  EXPECT_EQ(checked(reservation(1_s, 5_s)), Errno::einval);
  EXPECT_EQ(checked(reservation(1_s, 1_s)), Errno::eperm);
  EXPECT_EQ(admitted(reservation(1_s, 1_s)).error(), Errno::ebusy);
}

// deadline.c, dl_bw_cpus and dl_bw_capacity count active CPUs; a root domain spans no others.
TEST_F(DeadlineAdmission, CpusThatAreOfflineDoNotCount) {
  set_cpus(Topology::uniform(2));
  const AffinityId first = affinities.intern(CpuMask::first(1));
  add(reservation(50_ms, 100_ms));
  EXPECT_TRUE(admitted(reservation(60_ms, 100_ms)).has_value());
  affinities.set_online(CpuId(1), false);
  EXPECT_EQ(admitted(reservation(60_ms, 100_ms)).error(), Errno::ebusy);
  EXPECT_TRUE(admitted(reservation(40_ms, 100_ms)).has_value());
  EXPECT_TRUE(may_be_deadline(table, {topology, affinities}, nullptr, first, reservation(40_ms, 100_ms)).has_value())
      << "an affinity leaves nothing out that is not there";
}

// deadline.c, dl_bw_deactivate.
TEST_F(DeadlineAdmission, ACpuThatReservationsNeedStaysOnline) {
  set_cpus(Topology::uniform(2));
  const auto may_go = [&] { return may_go_offline(table, {topology, affinities}, CpuId(1)); };
  EXPECT_TRUE(may_go());
  Thread& thread = add(reservation(90_ms, 100_ms));
  EXPECT_TRUE(may_go());
  add(reservation(10_ms, 100_ms));
  EXPECT_FALSE(may_go()) << "100 % do not fit into 90 % of the other";
  thread.state = ThreadState::exited;
  EXPECT_TRUE(may_go());
}

}  // namespace signalbox::deadline_admission_test
