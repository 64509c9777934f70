#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"

namespace signalbox {

// The address of a T in the caller's memory. Handlers never touch it but through read() and write(), which fail with
// Errno::efault. Programs of both kinds live in the host's memory, so their addresses are the host's; those of a
// compiled program are compared with its VMAs first (row.hpp).
template <class T>
class UserPointer {
 public:
  UserPointer() = default;
  explicit UserPointer(std::uint64_t address) : address_(address) {}
  // One that the caller gave and may not access: Errno::efault wherever it is used.
  static UserPointer bad(std::uint64_t address) {
    UserPointer pointer(address);
    pointer.is_bad_ = true;
    return pointer;
  }
  static UserPointer to(T* object) { return UserPointer(reinterpret_cast<std::uint64_t>(object)); }

  bool is_null() const { return address_ == 0; }
  std::uint64_t address() const { return address_; }

  Result<T> read() const {
    if (is_null() || is_bad_) return Errno::efault;
    return *object();
  }
  Result<T*> write(const T& value) const {
    if (is_null() || is_bad_) return Errno::efault;
    return &(*object() = value);
  }
  // The object itself, for what lives in the kernel's sight as long as the call: a request to be moved from.
  Result<T*> get() const {
    if (is_null() || is_bad_) return Errno::efault;
    return object();
  }

 private:
  T* object() const { return reinterpret_cast<T*>(address_); }

  std::uint64_t address_ = 0;
  bool is_bad_ = false;
};

}  // namespace signalbox
