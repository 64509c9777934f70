#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/alloc/page_source.hpp"
#include "kernel/base/address.hpp"
#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// Where an allocator keeps what it knows: never in the memory that it hands out. Blocks are zeroed, begin at multiples
// of 64 bytes, never move and live as long as the store; a handle names one, and 0 none. A store that is copied is a
// copy of all heaps in it, for handles, not pointers, lead from block to block.
template <class M>
concept MetadataStore = requires(M& store, std::uint32_t handle, std::size_t bytes) {
  { store.allocate(bytes) } -> std::same_as<std::uint32_t>;  // 0: there is no room
  { store.at(handle) } -> std::same_as<void*>;
};

// How a node of the page map names another: by its handle; or, in a store that is never copied and has the type, by a
// Link, from which a block is found at once.
template <class M>
struct NodeLinks {
  using Link = std::uint32_t;
  static Link link(M&, std::uint32_t handle) { return handle; }
  static void* at(M& store, Link link) { return store.at(link); }
};
template <class M>
  requires requires { typename M::Link; }
struct NodeLinks<M> {
  using Link = typename M::Link;
  static Link link(M& store, std::uint32_t handle) { return store.link(handle); }
  static void* at(M&, Link link) { return M::linked(link); }
};

// The contents of the memory that is handed out; only calloc and realloc touch it.
template <class M>
concept Contents = requires(M& memory, VirtAddr to, VirtAddr from, std::uint64_t bytes) {
  memory.zero(to, bytes);
  memory.copy(to, from, bytes);
};
// A place where nobody may wait for contents inside the heap: it has only the parts of calloc and realloc that touch
// none, Heap::allocate_fresh and Heap::resize.
struct NoContents {};

// What an allocator stands on: one struct of types and constants for each of the places it serves. `Mutex` has lock,
// unlock and reset (to unlocked, in the child of a fork). `Atomic<T>` has load (acquire), store (release), and, for
// marks by region, fetch_or and fetch_and; for marks by address, exchange; it is valid if its bytes are zero.
template <class P>
concept Platform =
    requires(typename P::Mutex& mutex, typename P::template Atomic<std::uint64_t>& word, typename P::Clock& clock) {
      requires PageSource<typename P::Source>;
      requires MetadataStore<typename P::Metadata>;
      requires Contents<typename P::Memory> || std::same_as<typename P::Memory, NoContents>;
      { clock.now() } -> std::same_as<Instant>;
      mutex.lock();
      mutex.unlock();
      mutex.reset();
      { word.load() } -> std::same_as<std::uint64_t>;
      { word.fetch_or(std::uint64_t{}) } -> std::same_as<std::uint64_t>;
      { word.fetch_and(std::uint64_t{}) } -> std::same_as<std::uint64_t>;
      typename P::Mark;
      { P::is_checked } -> std::convertible_to<bool>;           // finds double and invalid frees and wrong sizes
      { P::smallest_class } -> std::convertible_to<unsigned>;   // 0, or 1 where every block is aligned to 16 bytes
      { P::page_map_levels } -> std::convertible_to<unsigned>;  // 36 bits of page number; more levels, less memory
      { P::most_arenas } -> std::convertible_to<unsigned>;
      { P::cache_slots } -> std::convertible_to<unsigned>;  // most blocks of one class in a thread cache, even
      {
        P::cached_classes
      } -> std::convertible_to<unsigned>;  // classes a thread cache holds: small, and large to tcache_max
    };

// Where marks of blocks in the program's hands lie (UserMarks): a byte for every 16 bytes of address beside the page
// map, found without knowing the block's extent, where P::Mark is a byte; or a bit a region in the extent's record.
inline constexpr std::uint64_t bytes_per_mark = 16;
template <class P>
inline constexpr bool marks_by_address = P::is_checked && sizeof(typename P::Mark) == 1;
template <class P>
inline constexpr bool marks_by_region = P::is_checked && !marks_by_address<P>;

// A place that wants to know how many bytes each block was asked with says `keeps_requests = true`; it has checks, and
// one thread.
template <class P>
inline constexpr bool keeps_requests = requires { requires P::keeps_requests; };

// Mutex and Atomic for an allocator that one host thread uses, as in an emulated process: whoever runs has the baton.
struct OneThread {
  struct Mutex {
    void lock() {}
    void unlock() {}
    void reset() {}
  };
  template <class T>
  class Atomic {
   public:
    T load() const { return value_; }
    void store(T value) { value_ = value; }
    T exchange(T value) { return std::exchange(value_, value); }
    T fetch_or(T bits) {
      const T old = value_;
      value_ |= bits;
      return old;
    }
    T fetch_and(T bits) {
      const T old = value_;
      value_ &= bits;
      return old;
    }

   private:
    T value_{};
  };
};

// Holds a mutex of either kind.
template <class Mutex>
class [[nodiscard]] Locked {
 public:
  explicit Locked(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Locked() { mutex_.unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace signalbox::alloc
