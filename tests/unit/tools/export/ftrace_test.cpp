#include "tools/export/ftrace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::ftrace_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Ftrace, PrintsARunAsTheKernelWould) {
  const TraceFile file;
  Ftrace ftrace(file.path());
  TraceScript script{&ftrace};
  small_run(script);
  EXPECT_THAT(file.text(), StartsWith("# tracer: nop\n#\n"));
  EXPECT_THAT(file.text(), HasSubstr("#P:2\n"));
  EXPECT_THAT(file.text(), EndsWith(R"(#              | |         |   |||||     |         |
          <idle>-0       [000] .....     0.000001: sched_process_fork: comm=swapper pid=0 child_comm=server child_pid=2
          <idle>-0       [000] d..2.     0.000001: sched_wakeup_new: comm=server pid=2 prio=120 target_cpu=000
          <idle>-0       [000] d..2.     0.000001: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=server next_pid=2 next_prio=120
          server-2       [000] .....     0.000005: sched_process_fork: comm=server pid=2 child_comm=worker child_pid=3
          server-2       [000] d..2.     0.000005: sched_wakeup_new: comm=worker pid=3 prio=120 target_cpu=001
          <idle>-0       [001] d..2.     0.000005: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=worker next_pid=3 next_prio=120
          server-2       [000] .....     0.000006: sched_process_fork: comm=server pid=2 child_comm=a "quoted" long child_pid=4
          server-2       [000] d..2.     0.000006: sched_wakeup_new: comm=a "quoted" long pid=4 prio=49 target_cpu=000
          server-2       [000] d..2.     0.000006: sched_switch: prev_comm=server prev_pid=2 prev_prio=120 prev_state=R+ ==> next_comm=a "quoted" long next_pid=4 next_prio=49
          worker-3       [001] d..2.     0.000009: sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
 a "quoted" long-4       [000] d..2.     0.000011: sched_switch: prev_comm=a "quoted" long prev_pid=4 prev_prio=49 prev_state=S ==> next_comm=server next_pid=2 next_prio=120
          server-2       [000] d..4.     0.000016: sched_waking: comm=worker pid=3 prio=120 target_cpu=001
          server-2       [000] d..4.     0.000016: sched_wakeup: comm=worker pid=3 prio=120 target_cpu=001
          <idle>-0       [001] d..2.     0.000016: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=worker next_pid=3 next_prio=120
          worker-3       [001] d.h4.     0.000020: sched_waking: comm=a "quoted" long pid=4 prio=49 target_cpu=001
          worker-3       [001] d.h4.     0.000020: sched_wakeup: comm=a "quoted" long pid=4 prio=49 target_cpu=001
          worker-3       [001] d..4.     0.000020: sched_migrate_task: comm=a "quoted" long pid=4 prio=49 orig_cpu=0 dest_cpu=1
          worker-3       [001] d..2.     0.000020: sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=R+ ==> next_comm=a "quoted" long next_pid=4 next_prio=49
          server-2       [000] .....     0.000022: sched_process_exit: comm=server pid=2 prio=120
          server-2       [000] d..4.     0.000022: sched_migrate_task: comm=worker pid=3 prio=120 orig_cpu=1 dest_cpu=0
          server-2       [000] d..2.     0.000022: sched_switch: prev_comm=server prev_pid=2 prev_prio=120 prev_state=Z ==> next_comm=worker next_pid=3 next_prio=120
 a "quoted" long-4       [001] .....     0.000025: sched_process_exit: comm=a "quoted" long pid=4 prio=49
 a "quoted" long-4       [001] d..2.     0.000025: sched_switch: prev_comm=a "quoted" long prev_pid=4 prev_prio=49 prev_state=Z ==> next_comm=swapper/1 next_pid=0 next_prio=120
          worker-3       [000] d..2.     0.000030: sched_switch: prev_comm=worker prev_pid=3 prev_prio=120 prev_state=R ==> next_comm=swapper/0 next_pid=0 next_prio=120
)"));
}

TEST(Ftrace, RoundsToMicrosecondsAsTheKernelDoes) {
  const TraceFile file;
  Ftrace ftrace(file.path());
  TraceScript script{&ftrace};
  script.machine(0, 1);
  script.create(0, 2, 2, "a");
  script.begin(1'234'567'499, 2, 0);
  script.exit(12'999'999'500, 2, 0);
  script.stop(13'000'000'000);
  EXPECT_THAT(file.text(), HasSubstr("d..2.     1.234567: sched_switch"));
  EXPECT_THAT(file.text(), HasSubstr(".....    13.000000: sched_process_exit"));
}

}  // namespace signalbox::ftrace_test
