#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace signalbox {

// All of a program's registers: the general ones in the order of the host's ucontext_t, and the others as the host's
// signal frame has them (XSAVE).
struct RegisterImage {
  static constexpr std::size_t count = 23;
  enum Number : std::size_t { r12 = 4, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, error = 19 };
  using General = std::array<std::int64_t, count>;

  General* general = nullptr;
  std::byte* others = nullptr;
  std::size_t other_bytes = 0;
};

// A host fault in a program's user mode: what the host said, and where the program was.
struct FaultRecord {
  // More than any processor's XSAVE area yet (AMX: 11 KiB).
  static constexpr std::size_t most_other_bytes = std::size_t{32} * 1024;

  int signal = 0;
  int code = 0;  // si_code
  const void* address = nullptr;
  RegisterImage::General general{};
  std::size_t other_bytes = 0;
  alignas(64) std::array<std::byte, most_other_bytes> others{};
};

}  // namespace signalbox
