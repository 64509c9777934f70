#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// What pthread_barrier_wait(3p) answers: exactly one of those who pass together is the serial thread.
enum class BarrierRole : std::uint8_t { other, serial };

// Lets threads pass only together, again and again: pthread_barrier_wait(3p). The last one to come is the serial
// thread. A thread that is killed while it waits has come all the same, as on Linux.
class Barrier {
 public:
  // Requires parties > 0.
  explicit Barrier(std::uint64_t parties, NameId name = NameId());

  Result<BarrierRole> wait(Current& current);

  std::uint64_t parties() const { return parties_; }

 private:
  WaitQueue sleepers_;
  std::uint64_t parties_;
  std::uint64_t arrived_ = 0;
  std::uint64_t round_ = 0;
};

}  // namespace signalbox
