#pragma once

#include <compare>
#include <cstdint>
#include <map>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Who sleeps on which word of memory (futex(2)): of a process, or of relatives that share it. Queues are made at the
// first sleep and stay.
class FutexTable {
 public:
  struct Word {
    Pid process = {};  // 0: it is in shared memory
    std::uint64_t at = 0;

    auto operator<=>(const Word&) const = default;
  };

  // FUTEX_WAIT: sleeps if the word still has the value, which is the caller's to read. Errno::etimedout, Errno::eintr.
  Result<int> wait(Caller& caller, const Word& word, WaitKind kind, Instant deadline);
  // FUTEX_WAKE: the longest sleepers, at most so many; answers how many.
  int wake(const Word& word, std::uint32_t most);

 private:
  std::map<Word, WaitQueue> queues_;
};

}  // namespace signalbox
