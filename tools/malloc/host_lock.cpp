#include "tools/malloc/host_lock.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace signalbox::alloc {
namespace {

// Critical sections last tens of nanoseconds to a few microseconds; longer ones have a system call inside.
constexpr int spins = 100;

// free() must leave errno alone (POSIX 2024).
void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) {
  const int old = errno;
  syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
  errno = old;
}

}  // namespace

void HostLock::lock_contended() {
  for (int i = 0; i < spins; ++i) {
    std::uint32_t expected = open;
    if (state_.load(std::memory_order_relaxed) == open &&
        state_.compare_exchange_weak(expected, held, std::memory_order_acquire)) {
      return;
    }
    __builtin_ia32_pause();
  }
  while (state_.exchange(awaited, std::memory_order_acquire) != open) futex(state_, FUTEX_WAIT, awaited);
}

void HostLock::wake_one() { futex(state_, FUTEX_WAKE, 1); }

}  // namespace signalbox::alloc
