#pragma once

#include "tests/support/trace_script.hpp"

namespace signalbox {

// Two CPUs, two processes, three threads: creation, preemption, a mutex, a timer, a migration, exits.
inline void small_run(TraceScript& script) {
  script.machine(0, 2);
  script.process(1'000, 2, 1, "server");
  script.create(1'000, 2, 2, "server");
  script.attributes(1'000, 2, 0, 1'024, 20);
  script.ready(1'000, 2, 0, ReadyReason::created);
  script.begin(1'000, 2, 0, SwitchKind::process, 500);
  script.start(5'000, 3, 2, "worker", 1, 2);
  script.begin(5'000, 3, 1, SwitchKind::process, 500);
  script.process(6'000, 4, 2, "a \"quoted\" long name");
  script.create(6'000, 4, 4, "a \"quoted\" long name");
  script.attributes(6'000, 4, 1, 1'024, 50);
  script.ready(6'000, 4, 0, ReadyReason::created, 2);
  script.end(6'000, 2, 0, SwitchReason::preempted, 4'500);
  script.begin(6'000, 4, 0, SwitchKind::process, 500);
  script.wait(9'250, 3, 1, WaitKind::mutex, 3'750);
  script.wait(11'000, 4, 0, WaitKind::time, 4'000, 500);
  script.begin(11'000, 2, 0, SwitchKind::process, 500);
  script.end(15'000, 2, 0, SwitchReason::slice_expired, 3'500);
  script.begin(15'000, 2, 0, SwitchKind::resumed);
  script.ready(16'001, 3, 1, ReadyReason::woken, 2);
  script.begin(16'001, 3, 1, SwitchKind::resumed, 100);
  script.ready(20'000, 4, 1, ReadyReason::timed_out);
  script.end(20'000, 3, 1, SwitchReason::preempted, 3'899);
  script.migrate(20'000, 4, 1, 0);
  script.begin(20'000, 4, 1, SwitchKind::process, 500);
  script.exit(22'000, 2, 0, 7'000);
  script.migrate(22'000, 3, 0, 1);
  script.begin(22'000, 3, 0, SwitchKind::thread, 500);
  script.exit(25'000, 4, 1, 4'500);
  script.end(30'000, 3, 0, SwitchReason::stopped, 7'500);
  script.stop(30'000, RunEnd::until);
}

}  // namespace signalbox
