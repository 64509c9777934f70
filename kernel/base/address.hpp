#pragma once

#include <compare>
#include <cstdint>

namespace signalbox {

// A byte's address in one kind of emulated memory; addresses of different kinds cannot be mistaken for each other, nor
// for a host pointer. Arithmetic wraps, as a register does.
template <class Tag>
class Address {
 public:
  constexpr Address() = default;
  constexpr explicit Address(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }
  constexpr auto operator<=>(const Address&) const = default;

  constexpr Address& operator+=(std::uint64_t bytes) {
    value_ += bytes;
    return *this;
  }
  friend constexpr Address operator+(Address at, std::uint64_t bytes) { return at += bytes; }
  friend constexpr std::uint64_t operator-(Address to, Address from) { return to.value_ - from.value_; }

  // The last address at or below this one that is a multiple of `alignment`, a power of two.
  constexpr Address aligned_down(std::uint64_t alignment) const { return Address(value_ & ~(alignment - 1)); }

 private:
  std::uint64_t value_ = 0;
};

using VirtAddr = Address<struct VirtTag>;  // what a program uses
using PhysAddr = Address<struct PhysTag>;  // where it lies in emulated RAM

}  // namespace signalbox
