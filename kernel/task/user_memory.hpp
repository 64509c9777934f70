#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "kernel/base/address.hpp"
#include "kernel/base/result.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// The address of a T in a process's emulated memory.
template <class T>
class Uptr {
 public:
  constexpr Uptr() = default;
  constexpr explicit Uptr(VirtAddr at) : at_(at) {}
  constexpr explicit Uptr(std::uint64_t at) : at_(at) {}

  constexpr VirtAddr at() const { return at_; }
  constexpr bool is_null() const { return at_ == VirtAddr(); }
  constexpr auto operator<=>(const Uptr&) const = default;

  friend constexpr Uptr operator+(Uptr pointer, std::uint64_t objects) {
    return Uptr(pointer.at_ + objects * sizeof(T));
  }
  // The same address as another type's.
  template <class Other>
  constexpr Uptr<Other> as() const {
    return Uptr<Other>(at_);
  }

 private:
  VirtAddr at_;
};

// The running thread's access to its process's emulated memory: every byte goes through the MMU of the CPU that it runs
// on, and every access is counted and paid for. Only what goes through here is emulated: a program's own C++ objects
// are the host's. Requires a process that has memory. An access that cannot be made ends the process, as a processor's
// would; in a thread that is unwinding already it reads zero or does nothing.
//
// Any of these may suspend the thread: a fault may have to wait, and accesses take time.
class UserMemory {
 public:
  explicit UserMemory(Caller& caller) : caller_(caller), own_(caller.thread().memory) {}

  template <class T>
  T load(Uptr<T> from) {
    T value;
    if (own_.mmu->load_at_once(from.at(), value)) [[likely]]
      return value;
    return load_slowly(from);
  }
  template <class T>
  void store(Uptr<T> to, std::type_identity_t<T> value) {
    if (!own_.mmu->store_at_once(to.at(), value)) [[unlikely]]
      store_slowly(to, value);
  }

  // Reads, computes and writes in one instruction: nobody comes between. Answers what was there.
  template <class T, class Change>
  T modify(Uptr<T> at, Change change);
  template <class T>
  T fetch_add(Uptr<T> at, std::type_identity_t<T> by) {
    return modify(at, [by](T old) { return static_cast<T>(old + by); });
  }
  template <class T>
  T exchange(Uptr<T> at, std::type_identity_t<T> value) {
    return modify(at, [value](T) { return value; });
  }
  // Stores `wanted` if `expected` is there; answers what was there.
  template <class T>
  T compare_exchange(Uptr<T> at, std::type_identity_t<T> expected, std::type_identity_t<T> wanted) {
    return modify(at, [&](T old) { return old == expected ? wanted : old; });
  }

  // Pays for so many accesses that are not made here: those of a library to what it knows apart.
  void spend(std::uint64_t accesses);
  // The bytes from `at` to the end of its page, at most `most`, to be read or written in place: they are right until
  // this thread makes any other call. Never empty but in a thread that unwinds. Counts as an access for each 8 bytes.
  std::span<std::byte> run(VirtAddr at, std::size_t most, Access access);
  // The same, and pages behind that lie one after the other in RAM (Mmu::span), as far as they can be paid for at once.
  std::span<std::byte> span(VirtAddr at, std::size_t most, Access access);
  // Moves bytes, span by span.
  void read(VirtAddr from, std::span<std::byte> to);
  void write(VirtAddr to, std::span<const std::byte> from);

 private:
  void pay();
  // Whether the access is to be made again.
  bool resolve_fault();
  // An access that is made again is paid for once.
  void refund() { own_.mmu->set_budget(own_.mmu->budget() + 1); }

  template <class T>
  [[gnu::noinline]] T load_slowly(Uptr<T> from) {
    if (own_.mmu->budget() == 0) pay();
    do {
      if (const std::optional<T> value = own_.mmu->load<T>(from.at())) return *value;
      refund();
    } while (resolve_fault());
    return T();
  }
  template <class T>
  [[gnu::noinline]] void store_slowly(Uptr<T> to, T value) {
    if (own_.mmu->budget() == 0) pay();
    do {
      if (own_.mmu->store<T>(to.at(), value)) return;
      refund();
    } while (resolve_fault());
  }

  Caller& caller_;
  ThreadMemory& own_;
};

template <class T, class Change>
T UserMemory::modify(Uptr<T> at, Change change) {
  spend(1);
  while (true) {
    // For writing from the beginning, as the processor does it: what a reader would be given may change until then.
    const std::span<std::byte> bytes = own_.mmu->run(at.at(), sizeof(T), Access::write);
    if (bytes.size() == sizeof(T)) {
      T old;
      std::memcpy(&old, bytes.data(), sizeof old);
      const T wanted = change(old);
      std::memcpy(bytes.data(), &wanted, sizeof wanted);
      return old;
    }
    if (!bytes.empty()) break;  // across a page's end
    if (!resolve_fault()) return T();
  }
  while (true) {  // both pages are there at once when the store is made, which moves nothing before
    const T old = load(at);
    const bool is_stored = own_.mmu->store<T>(at.at(), change(old));
    refund();
    if (is_stored) return old;
    if (!resolve_fault()) return T();
  }
}

// Of the kernel on a caller's behalf (uaccess): bad addresses are errors, Errno::efault, not faults of the program. The
// process may have no memory: then every address is bad. Bytes before the bad one have been moved.
Result<void> copy_from_user(Caller& caller, VirtAddr from, std::span<std::byte> to);
Result<void> copy_to_user(Caller& caller, VirtAddr to, std::span<const std::byte> from);
// A byte of a compiled program that is absent is brought in; the thread may sleep in this. False: it is not the
// program's to access like that, or cannot be had.
bool bring_in(Caller& caller, CompiledMemory& memory, std::uint64_t at, Access access);
// All of these bytes at once; false: as far as they can be had.
bool bring_in_all(Caller& caller, CompiledMemory& memory, std::uint64_t at, std::uint64_t bytes, Access access);
// Of what a call looks at after its sleep, which it cannot repeat; what cannot be had, it finds out then.
void bring_in_for_end(Caller& caller, std::uint64_t at, std::uint64_t bytes, Access access);
// A string that ends with a zero within as many bytes as `into` has, copied to there (strncpy_from_user, getname);
// Errno::enametoolong: it does not. A thread may end in its sleep here: what it copies to must not need a destructor.
Result<std::string_view> string_from_user(Caller& caller, VirtAddr from, std::span<char> into);

}  // namespace signalbox
