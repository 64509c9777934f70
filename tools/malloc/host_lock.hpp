#pragma once

#include <atomic>
#include <cstdint>

namespace signalbox::alloc {

// A lock of four bytes that is open if they are zero: spins a little, then sleeps in the host's kernel (futex(2);
// Drepper, "Futexes are tricky", 2011, mutex 2). It allocates nothing, as a lock inside malloc must.
class HostLock {
 public:
  void lock() {
    std::uint32_t expected = open;
    if (!state_.compare_exchange_strong(expected, held, std::memory_order_acquire)) lock_contended();
  }
  void unlock() {
    if (state_.exchange(open, std::memory_order_release) == awaited) wake_one();
  }
  // In the child of a fork, where whoever held or awaited it does not exist.
  void reset() { state_.store(open, std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t awaited = 2;

  void lock_contended();
  void wake_one();

  std::atomic<std::uint32_t> state_{open};
};

// A word that threads share: what is stored is seen with all that was written before.
template <class T>
class HostAtomic {
 public:
  T load() const { return value_.load(std::memory_order_acquire); }
  void store(T value) { value_.store(value, std::memory_order_release); }
  T exchange(T value) { return value_.exchange(value, std::memory_order_acq_rel); }
  T fetch_or(T bits) { return value_.fetch_or(bits, std::memory_order_acq_rel); }
  T fetch_and(T bits) { return value_.fetch_and(bits, std::memory_order_acq_rel); }

 private:
  std::atomic<T> value_{};
};

}  // namespace signalbox::alloc
