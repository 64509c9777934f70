#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "kernel/base/result.hpp"
#include "kernel/task/compiled.hpp"

namespace signalbox {

// The address of a T in the caller's memory. Handlers never touch it but through what follows, which fails with
// Errno::efault. Programs of both kinds live in the host's memory, so their addresses are the host's; those of a
// compiled program are compared with its VMAs whenever they are used.
template <class T>
class UserPointer {
 public:
  UserPointer() = default;
  // `memory`: of a compiled program; a native one's objects are the emulator's own.
  explicit UserPointer(std::uint64_t address, CompiledMemory* memory = nullptr) : address_(address), memory_(memory) {}
  static UserPointer to(T* object) { return UserPointer(reinterpret_cast<std::uint64_t>(object)); }

  bool is_null() const { return address_ == 0; }
  std::uint64_t address() const { return address_; }
  // The same address as another type's.
  template <class Other>
  UserPointer<Other> as() const {
    return UserPointer<Other>(address_, memory_);
  }

  Result<T> read() const { return *TRY(reach(1, Access::read)); }
  Result<T*> write(const T& value) const {
    T* const object = TRY(reach(1, Access::write));
    return &(*object = value);
  }
  // The object itself, for what lives in the kernel's sight as long as the call: a request to be moved from.
  Result<T*> get() const { return reach(1, own_access); }
  // So many, one behind the other.
  Result<std::span<T>> get(std::size_t count) const {
    if (count == 0) return std::span<T>();
    return std::span<T>(TRY(reach(count, own_access)), count);
  }
  // A text up to its zero, or `most` letters of a longer one.
  Result<std::string_view> text(std::size_t most) const
    requires std::same_as<T, const char>
  {
    if (is_null() || (memory_ != nullptr && !memory_->keep_string(address_))) return Errno::efault;
    const char* const begin = object();
    return std::string_view(begin, std::find(begin, begin + most, '\0'));
  }

 private:
  static constexpr Access own_access = std::is_const_v<T> ? Access::read : Access::write;

  T* object() const { return reinterpret_cast<T*>(address_); }
  Result<T*> reach(std::size_t count, Access access) const {
    const std::size_t bytes = count * sizeof(T);
    if (is_null() || (memory_ != nullptr && memory_->keep(address_, bytes, access) < bytes)) return Errno::efault;
    return object();
  }

  std::uint64_t address_ = 0;
  CompiledMemory* memory_ = nullptr;
};

}  // namespace signalbox
