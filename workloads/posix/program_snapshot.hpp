#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/exec/fault_record.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {

class ProgramMemory;

// Where a thread of a compiled program is in its own code: all that a debugger's unwinder asks for, kept for when the
// program goes on, or is gone.
struct ProgramSnapshot {
  // Numbered as in DWARF (System V ABI for AMD64, figure 3.36).
  enum Register : std::size_t { rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15, rip };
  static constexpr std::size_t register_count = 17;

  std::array<std::uint64_t, register_count> registers{};
  // The stack from its pointer on, as much of it as is worth looking at.
  std::uint64_t stack_begin = 0;
  std::vector<std::byte> stack = {};
  std::string image = {};         // the host's file
  std::uint64_t image_begin = 0;  // where it is loaded
};

// A fault that ends its process.
struct ProgramFault {
  ProgramSnapshot place = {};
  std::uint64_t address = 0;  // siginfo_t::si_addr
  bool is_mapped = false;     // something is there, which may not be accessed like that
};

// Where a thread that is in the kernel was when it entered it. Nothing: it runs no compiled program, or has not begun.
std::optional<ProgramSnapshot> snapshot_of(const Thread& thread);

// Where a program that is resident has faulted.
ProgramSnapshot snapshot_of(ProgramMemory& memory, const FaultRecord& fault);

}  // namespace signalbox
