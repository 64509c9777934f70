#include "ipc/sync/barrier.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

Barrier::Barrier(std::uint64_t parties, NameId name)
    : sleepers_(WaitLabel{WaitKind::barrier, name, OnSignal::sleeps_on}), parties_(parties) {
  CHECK(parties > 0, "a barrier is for somebody");
}

Result<BarrierRole> Barrier::wait(Current& current) {
  if (++arrived_ == parties_) {
    arrived_ = 0;
    ++round_;
    sleepers_.wake(Waiters::all);
    return BarrierRole::serial;
  }
  const std::uint64_t own_round = round_;
  while (round_ == own_round) current.sleep_on(sleepers_);
  return BarrierRole::other;
}

}  // namespace signalbox
