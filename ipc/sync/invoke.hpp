#pragma once

#include <cstdint>

#include "kernel/syscall/arguments.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// A system call from C++: arguments into registers, the result out of one.
template <class... Arguments>
Result<std::int64_t> invoke(Caller& caller, std::uint32_t number, Arguments... arguments) {
  const std::int64_t result = caller.syscall(RawCall{number, {Register<Arguments>::encode(arguments)...}});
  // As the C library tells an error from a large value (sysdeps/unix/sysv/linux/sysdep.h, INTERNAL_SYSCALL_ERROR_P).
  constexpr std::int64_t lowest_error = -4095;
  if (result < 0 && result >= lowest_error) return static_cast<Errno>(-result);
  return result;
}

}  // namespace signalbox
