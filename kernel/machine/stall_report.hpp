#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/base/wait_kind.hpp"
#include "kernel/sim/trace_sink.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

// One thread that sleeps: what it waits for, and since when.
struct StalledThread {
  Tid thread;
  Pid process;
  std::string name;
  WaitKind kind;
  std::string object;  // the name of what it waits for, if it has one
  Instant since;
};

// Why nothing runs any more: every sleeping thread, in ascending order of tid.
struct StallReport {
  Instant when;
  std::vector<StalledThread> threads;

  static StallReport of(const ProcessTable& table, const TraceNames& names, Instant now);
};

}  // namespace signalbox
