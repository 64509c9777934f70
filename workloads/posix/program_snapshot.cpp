#include "workloads/posix/program_snapshot.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/exec/user_mode.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox {
namespace {

// Enough for hundreds of calls; of a recursion without end the beginning does not matter.
constexpr std::uint64_t most_stack_bytes = std::uint64_t{64} << 10U;
// How far below its stack a program is whose function has just taken more than there was.
constexpr std::uint64_t most_overflow = std::uint64_t{1} << 20U;

using Registers = std::array<std::uint64_t, ProgramSnapshot::register_count>;

ProgramSnapshot snapshot(ProgramMemory& memory, const Registers& registers) {
  const ProgramFamily& family = memory.family();
  ProgramSnapshot result{.registers = registers,
                         .stack = {},
                         .image = family.path(),
                         .image_begin = host_address(family.program().whole().data())};
  const std::uint64_t pointer = registers[ProgramSnapshot::rsp];
  for (const Vma& vma : memory.map().vmas().all()) {
    const bool is_near = vma.range.end.value() > pointer && vma.range.begin.value() < pointer + most_overflow;
    if (!is_near || !vma.has(vma_flag::write)) continue;
    result.stack_begin = std::max(pointer, vma.range.begin.value());
    result.stack.resize(std::min(vma.range.end.value() - result.stack_begin, most_stack_bytes));
    result.stack.resize(memory.copy_from(result.stack_begin, result.stack));
    break;
  }
  return result;
}

// Where an entry to the kernel has left the program.
std::optional<Registers> left_registers(ProgramMemory& memory, const UserMode& mode) {
  const std::uint64_t at = host_address(mode.stack_pointer());
  UserMode::LeftRegisters left;
  const auto bytes = std::as_writable_bytes(std::span(&left, 1));
  if (at == 0 || memory.copy_from(at, bytes) != bytes.size()) return std::nullopt;
  Registers registers{};
  registers[ProgramSnapshot::rbx] = left.rbx;
  registers[ProgramSnapshot::rbp] = left.rbp;
  registers[ProgramSnapshot::rsp] = at + sizeof left;
  registers[ProgramSnapshot::r12] = left.r12;
  registers[ProgramSnapshot::r13] = left.r13;
  registers[ProgramSnapshot::r14] = left.r14;
  registers[ProgramSnapshot::r15] = left.r15;
  registers[ProgramSnapshot::rip] = host_address(left.place);
  return registers;
}

}  // namespace

std::optional<ProgramSnapshot> snapshot_of(const Thread& thread) {
  if (thread.process.compiled == nullptr) return std::nullopt;
  auto& memory = ProgramMemory::of(thread.process);
  const UserMode* const mode = memory.mode_of(thread.tid);
  if (mode == nullptr) return std::nullopt;
  // Its bytes are wanted at its addresses, and afterwards whoever's were there.
  ProgramMemory* const before = memory.family().resident;
  memory.look_only();
  memory.make_resident();
  std::optional<ProgramSnapshot> result;
  if (const auto registers = left_registers(memory, *mode)) result = snapshot(memory, *registers);
  if (before != nullptr) before->make_resident();
  return result;
}

ProgramSnapshot snapshot_of(ProgramMemory& memory, const FaultRecord& fault) {
  using enum ProgramSnapshot::Register;
  // In the order of ucontext_t (RegisterImage).
  constexpr std::array order{r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip};
  static_assert(order.size() == ProgramSnapshot::register_count);
  Registers registers{};
  for (std::size_t i = 0; i < order.size(); ++i) registers[order[i]] = static_cast<std::uint64_t>(fault.general[i]);
  return snapshot(memory, registers);
}

}  // namespace signalbox
