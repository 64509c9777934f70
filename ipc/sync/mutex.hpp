#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// PTHREAD_MUTEX_NORMAL, _ERRORCHECK and _RECURSIVE.
enum class MutexKind : std::uint8_t { normal, errorcheck, recursive };

// A lock as pthread_mutex_lock(3p) has it. Whoever comes first when it is free gets it: unlocking wakes the longest
// sleeper, which competes, as glibc's does on a futex (nptl/lowlevellock.c). Handing it over would make every
// contended section cost two switches.
class Mutex {
 public:
  explicit Mutex(NameId name = NameId(), MutexKind kind = MutexKind::normal)
      : sleepers_(WaitLabel{WaitKind::mutex, name}), kind_(kind) {}

  // Errno::ebusy while somebody holds it, Errno::eagain when a recursive one is held too often.
  Result<int> try_lock(Tid self);
  // Sleeps until it is free; for ever if `self` holds a normal one. Errno::edeadlk if it holds an errorcheck one.
  Result<int> lock(Current& current, Tid self);
  // Errno::eperm unless `self` holds it, whatever its kind (POSIX leaves that open for a normal one).
  Result<int> unlock(Tid self);

  Tid owner() const { return owner_; }  // 0: nobody
  bool has_sleepers() const { return !sleepers_.empty(); }

 private:
  static constexpr std::uint32_t deepest = 0xffffffff;

  Result<int> lock_again();

  WaitQueue sleepers_;
  Tid owner_;
  std::uint32_t depth_ = 0;  // how often a recursive one is held
  MutexKind kind_;
};

}  // namespace signalbox
