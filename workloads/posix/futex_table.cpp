#include "workloads/posix/futex_table.hpp"

namespace signalbox {

Result<int> FutexTable::wait(Caller& caller, const Word& word, WaitKind kind, Instant deadline) {
  WaitQueue& queue = queues_.try_emplace(word, WaitLabel{kind, NameId()}).first->second;
  switch (caller.sleep_on(queue, deadline)) {
    case WakeReason::woken:
      return 0;
    case WakeReason::timed_out:
      return Errno::etimedout;
    case WakeReason::interrupted:
    case WakeReason::killed:
      break;
  }
  return Errno::eintr;
}

int FutexTable::wake(const Word& word, std::uint32_t most) {
  const auto found = queues_.find(word);
  int woken = 0;
  for (; found != queues_.end() && !found->second.empty() && static_cast<std::uint32_t>(woken) < most; ++woken) {
    found->second.wake(Waiters::one);
  }
  return woken;
}

}  // namespace signalbox
