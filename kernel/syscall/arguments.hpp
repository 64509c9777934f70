#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "kernel/base/address.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {

// How one argument or result travels in a register, and how a trace prints it. Derived from its C++ type, so that a
// call's signature says everything once.
template <class T>
struct Register;

template <class T>
  requires std::integral<T> || std::is_enum_v<T>
struct Register<T> {
  static T decode(std::uint64_t raw) { return static_cast<T>(raw); }
  static std::uint64_t encode(T value) { return static_cast<std::uint64_t>(value); }
  static std::string print(std::uint64_t raw) {
    if constexpr (std::is_enum_v<T>) {
      return std::to_string(static_cast<std::underlying_type_t<T>>(decode(raw)));
    } else {
      return std::to_string(decode(raw));
    }
  }
};

template <class Tag, class Rep>
struct Register<Id<Tag, Rep>> {
  static Id<Tag, Rep> decode(std::uint64_t raw) { return Id<Tag, Rep>(static_cast<Rep>(raw)); }
  static std::uint64_t encode(Id<Tag, Rep> id) { return static_cast<std::uint64_t>(id.value()); }
  static std::string print(std::uint64_t raw) { return std::to_string(decode(raw).value()); }
};

template <class T>
struct Register<UserPointer<T>> {
  static UserPointer<T> decode(std::uint64_t raw) { return UserPointer<T>(raw); }
  static std::uint64_t encode(UserPointer<T> pointer) { return pointer.address(); }
  // Host addresses differ from run to run, so a trace says only whether there was one.
  static std::string print(std::uint64_t raw) { return raw == 0 ? "NULL" : "0x..."; }
};

// An address of emulated memory is the same in every run.
template <class Tag>
struct Register<Address<Tag>> {
  static Address<Tag> decode(std::uint64_t raw) { return Address<Tag>(raw); }
  static std::uint64_t encode(Address<Tag> at) { return at.value(); }
  static std::string print(std::uint64_t raw) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    do text.insert(text.begin(), digits[raw % digits.size()]);
    while ((raw /= digits.size()) > 0);
    return "0x" + text;
  }
};

// What a handler answers, as the Linux ABI returns it: the value, or minus the errno.
template <class T>
std::int64_t encode_result(const Result<T>& result) {
  if (!result.has_value()) return -static_cast<std::int64_t>(result.error());
  return static_cast<std::int64_t>(Register<T>::encode(*result));
}

}  // namespace signalbox
