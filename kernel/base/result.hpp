#pragma once

#include <expected>
#include <utility>

#include "kernel/base/errno.hpp"

namespace signalbox {

// What a system call answers: a value, or the emulated program's error. Converts from a plain Errno,
// so a handler says `return Errno::esrch;`.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Errno> {
 public:
  using std::expected<T, Errno>::expected;
  // NOLINTNEXTLINE(google-explicit-constructor): a handler returns a plain Errno
  constexpr Result(Errno error) : std::expected<T, Errno>(std::unexpected(error)) {}
};

}  // namespace signalbox

// The value of a Result, or an early return of its error. Two in one expression would hide which call fails
// first: name the first value.
#define TRY(expression)                                     \
  __extension__({                                           \
    auto try_result = (expression);                         \
    if (!try_result.has_value()) return try_result.error(); \
    std::move(try_result).value();                          \
  })
