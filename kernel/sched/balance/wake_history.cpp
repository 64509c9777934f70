#include "kernel/sched/balance/wake_history.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

WakeHistory::Record& WakeHistory::of(Tid thread) {
  const auto index = static_cast<std::size_t>(thread.value());
  if (index >= records_.size()) records_.resize(index + 1);
  return records_[index];
}

void WakeHistory::record(Tid waker, Tid wakee, Instant now) {
  Record& record = of(waker);
  // One halving is enough: who wakes somebody less than once a tick has not built up many.
  if (now - record.decayed > 1_s) {
    record.flips /= 2;
    record.decayed = now;
  }
  if (record.last_wakee == wakee) return;
  record.last_wakee = wakee;
  ++record.flips;
}

bool WakeHistory::is_wide(Tid waker, Tid wakee, unsigned cache_size) {
  const auto mine = of(waker).flips;
  const auto theirs = of(wakee).flips;  // may move the records
  const auto [less, more] = std::minmax(mine, theirs);
  return less >= cache_size && more >= std::uint64_t{less} * cache_size;
}

CpuId WakeHistory::exchange_recent_cpu(Tid thread, CpuId cpu) { return std::exchange(of(thread).recent_cpu, cpu); }

}  // namespace signalbox
