#include "tools/export/perf_sched.hpp"

#include <gtest/gtest.h>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::perf_sched_test {

TEST(PerfSched, PrintsARunAsPerfWould) {
  const TraceFile file;
  PerfSched perf(file.path());
  TraceScript script{&perf};
  small_run(script);
  EXPECT_EQ(
      file.text(),
      R"(         swapper     0 [000]     0.000001000: sched:sched_process_fork: comm=swapper pid=0 child_comm=server child_pid=2
         swapper     0 [000]     0.000001000:   sched:sched_wakeup_new: comm=server pid=2 prio=120 target_cpu=000
         swapper     0 [000]     0.000001000:       sched:sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=server next_pid=2 next_prio=120
          server     2 [000]     0.000005000: sched:sched_process_fork: comm=server pid=2 child_comm=worker child_pid=3
          server     2 [000]     0.000005000:   sched:sched_wakeup_new: comm=worker pid=3 prio=120 target_cpu=001
         swapper     0 [001]     0.000005000:       sched:sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=worker next_pid=3 next_prio=120
          server     2 [000]     0.000006000: sched:sched_process_fork: comm=server pid=2 child_comm=a "quoted" long child_pid=4
          server     2 [000]     0.000006000:   sched:sched_wakeup_new: comm=a "quoted" long pid=4 prio=49 target_cpu=000
          server     2 [000]     0.000006000:       sched:sched_switch: prev_comm=server prev_pid=2 prev_prio=120 prev_state=R+ ==> next_comm=a "quoted" long next_pid=4 next_prio=49
          worker     3 [001]     0.000009250:       sched:sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
 a "quoted" long     4 [000]     0.000011000:       sched:sched_switch: prev_comm=a "quoted" long prev_pid=4 prev_prio=49 prev_state=S ==> next_comm=server next_pid=2 next_prio=120
          server     2 [000]     0.000016001:       sched:sched_waking: comm=worker pid=3 prio=120 target_cpu=001
          server     2 [000]     0.000016001:       sched:sched_wakeup: comm=worker pid=3 prio=120 target_cpu=001
         swapper     0 [001]     0.000016001:       sched:sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=worker next_pid=3 next_prio=120
         swapper     0 [001]     0.000020000:       sched:sched_waking: comm=a "quoted" long pid=4 prio=49 target_cpu=001
         swapper     0 [001]     0.000020000:       sched:sched_wakeup: comm=a "quoted" long pid=4 prio=49 target_cpu=001
          worker     3 [001]     0.000020000: sched:sched_migrate_task: comm=a "quoted" long pid=4 prio=49 orig_cpu=0 dest_cpu=1
          worker     3 [001]     0.000020000:       sched:sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=R+ ==> next_comm=a "quoted" long next_pid=4 next_prio=49
          server     2 [000]     0.000022000: sched:sched_process_exit: comm=server pid=2 prio=120
          server     2 [000]     0.000022000: sched:sched_migrate_task: comm=worker pid=3 prio=120 orig_cpu=1 dest_cpu=0
          server     2 [000]     0.000022000:       sched:sched_switch: prev_comm=server prev_pid=2 prev_prio=120 prev_state=Z ==> next_comm=worker next_pid=3 next_prio=120
 a "quoted" long     4 [001]     0.000025000: sched:sched_process_exit: comm=a "quoted" long pid=4 prio=49
 a "quoted" long     4 [001]     0.000025000:       sched:sched_switch: prev_comm=a "quoted" long prev_pid=4 prev_prio=49 prev_state=Z ==> next_comm=swapper/1 next_pid=0 next_prio=120
          worker     3 [000]     0.000030000:       sched:sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=R ==> next_comm=swapper/0 next_pid=0 next_prio=120
)");
}

}  // namespace signalbox::perf_sched_test
