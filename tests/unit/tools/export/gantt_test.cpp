#include "tools/export/gantt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::gantt_test {

using ::testing::HasSubstr;

TEST(Gantt, DrawsARun) {
  const TraceFile file;
  Gantt gantt(file.path());
  TraceScript script{&gantt};
  small_run(script);
  EXPECT_EQ(file.text(), R"(a column is 500 ns: # running, + running less than half of it, . ready, - blocked
                 |0 ns               |10 us              |20 us              |30 us
CPU 0            |  aaaaaaaaaaccccccccccaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb|
CPU 1            |          bbbbbbbbb             bbbbbbbbcccccccccc          |
a server         |  ##########..........######################                |
b worker         |          #########-------------########....################|
c a "quoted" lon~|            ##########------------------##########          |
)");
}

TEST(Gantt, RoundQuantaEndWhereAColumnEnds) {
  const TraceFile file;
  Gantt gantt(file.path());
  TraceScript script{&gantt};
  const std::int64_t ms = 1'000'000;
  script.machine(0, 1);
  for (int tid = 2; tid <= 3; ++tid) script.start(0, tid, tid, tid == 2 ? "P1" : "P2");
  for (int slice = 0; slice < 6; ++slice) {
    script.begin(slice * 4 * ms, 2 + slice % 2, 0);
    script.end((slice + 1) * 4 * ms, 2 + slice % 2, 0, SwitchReason::slice_expired);
  }
  script.stop(24 * ms, RunEnd::until);
  EXPECT_EQ(file.text(), R"(a column is 500 us: # running, + running less than half of it, . ready, - blocked
                 |0 ns               |10 ms              |20 ms
CPU 0            |aaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbb|
a P1             |########........########........########........|
b P2             |........########........########........########|
)");
}

TEST(Gantt, StaysWithinAHundredColumnsAndElidesTheRest) {
  const TraceFile file;
  Gantt gantt(file.path());
  TraceScript script{&gantt};
  script.machine(0, 20);
  std::int64_t now = 0;
  for (int round = 0; round < 40; ++round) {
    for (int tid = 2; tid < 102; ++tid) {
      if (round == 0) script.start(now, tid, tid, "a thread with a long name", 0);
      const unsigned cpu = static_cast<unsigned>(tid % 20);
      if (round > 0) script.ready(now, tid, cpu);
      script.begin(now, tid, cpu);
      now += (std::int64_t{1} << round) / 100 + 1;
      script.wait(now, tid, cpu, WaitKind::time);
    }
    now += std::int64_t{1} << round;
  }
  script.stop(now);
  std::istringstream lines(file.text());
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_EQ(count, 2 + Gantt::most_cpus + 1 + Gantt::most_threads + 1);
  EXPECT_THAT(file.text(), HasSubstr("... and 4 more CPUs\n"));
  EXPECT_THAT(file.text(), HasSubstr("... and 60 more threads, * where they run\n"));
}

TEST(Gantt, ARunOfNoLengthHasNoColumns) {
  const TraceFile file;
  Gantt gantt(file.path());
  TraceScript script{&gantt};
  script.machine(0, 1);
  script.stop(0);
  EXPECT_THAT(file.text(), HasSubstr("CPU 0            ||\n"));
}

}  // namespace signalbox::gantt_test
