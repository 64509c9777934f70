#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/task/inheriting_lock.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// PTHREAD_MUTEX_NORMAL, _ERRORCHECK and _RECURSIVE.
enum class MutexKind : std::uint8_t { normal, errorcheck, recursive };

// PTHREAD_PRIO_NONE and PTHREAD_PRIO_INHERIT (pthread_mutexattr_setprotocol(3p)).
enum class MutexProtocol : std::uint8_t { none, inherit };

// A lock as pthread_mutex_lock(3p) has it. Whoever comes first when it is free gets it: unlocking wakes the longest
// sleeper, which competes, as glibc's does on a futex (nptl/lowlevellock.c). Handing it over would make every
// contended section cost two switches.
//
// One that inherits is Linux's PI futex (futex(2), FUTEX_LOCK_PI): its owner is scheduled as well as the most urgent
// waiter, who gets the lock from whoever unlocks it, and Errno::edeadlk tells whoever would wait for itself, by however
// many such locks. Who ends with one that others wait for passes it on.
class Mutex {
 public:
  explicit Mutex(NameId name = NameId(), MutexKind kind = MutexKind::normal)
      : sleepers_(WaitLabel{WaitKind::mutex, name, OnSignal::sleeps_on}), kind_(kind) {}

  // `kernel` is that of the threads that use it.
  Mutex(MutexProtocol protocol, Kernel& kernel, NameId name = NameId(), MutexKind kind = MutexKind::normal)
      : Mutex(name, kind) {
    if (protocol == MutexProtocol::inherit) kernel_ = &kernel;
  }

  // Errno::ebusy while somebody holds it, Errno::eagain when a recursive one is held too often.
  Result<int> try_lock(Tid self);
  // Sleeps until it is free; for ever if `self` holds a normal one. Errno::edeadlk if it holds an errorcheck one, or
  // any that inherits. Errno::etimedout at the deadline (pthread_mutex_timedlock(3p)).
  Result<int> lock(Current& current, Tid self, Instant deadline = Instant::max());
  // Errno::eperm unless `self` holds it, whatever its kind (POSIX leaves that open for a normal one).
  Result<int> unlock(Tid self);

  Tid owner() const { return lock_.owner; }  // 0: nobody
  bool inherits() const { return kernel_ != nullptr; }
  bool has_sleepers() const { return !sleepers_.empty(); }

 private:
  static constexpr std::uint32_t deepest = 0xffffffff;

  Result<int> lock_again();
  Result<int> await_owner(Current& current, Tid self, Instant deadline);

  WaitQueue sleepers_;
  InheritingLock lock_;      // the owner; and, if it inherits, who waits
  std::uint32_t depth_ = 0;  // how often a recursive one is held
  MutexKind kind_;
  Kernel* kernel_ = nullptr;  // null: it inherits nothing
};

}  // namespace signalbox
