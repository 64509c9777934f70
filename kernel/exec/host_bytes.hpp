#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace signalbox {

// Bytes of the host by their address, as compiled programs name them; that somebody may access them is the caller's
// business.
inline std::span<std::byte> host_bytes(std::uint64_t at, std::size_t count) {
  return {reinterpret_cast<std::byte*>(at), count};
}
inline std::uint64_t host_address(const void* at) { return reinterpret_cast<std::uint64_t>(at); }
template <class Function>
std::uint64_t host_address(Function* function)
  requires std::is_function_v<Function>
{
  return reinterpret_cast<std::uint64_t>(function);
}
// A function of a program by its address.
template <class Pointer>
Pointer host_function(std::uint64_t at) {
  return reinterpret_cast<Pointer>(at);
}

}  // namespace signalbox
