#pragma once

#include <cstdint>
#include <limits>

#include "kernel/base/result.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// A counter that never falls below zero: sem_overview(7). Who comes first when it is above zero gets it; a post wakes
// the longest sleeper, which competes.
class Semaphore {
 public:
  static constexpr std::uint32_t most = std::numeric_limits<std::int32_t>::max();  // SEM_VALUE_MAX of glibc

  // Requires value <= most.
  explicit Semaphore(std::uint32_t value, NameId name = NameId());

  // Errno::eoverflow beyond `most`.
  Result<int> post();
  // Errno::eagain at zero.
  Result<int> try_wait();
  // Sleeps until it is above zero. Errno::eintr if a signal comes first.
  Result<int> wait(Current& current);

  std::uint32_t value() const { return value_; }
  bool has_sleepers() const { return !sleepers_.empty(); }

 private:
  WaitQueue sleepers_;
  std::uint32_t value_;
};

}  // namespace signalbox
