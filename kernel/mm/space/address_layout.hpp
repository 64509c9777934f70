#pragma once

#include <cstdint>

#include "kernel/base/address.hpp"
#include "kernel/base/prng.hpp"

namespace signalbox {

enum class ProgramWidth : std::uint8_t {
  bits_64,         // x86-64
  bits_32,         // x86-32, 3 GiB for programs
  bits_32_compat,  // a 32-bit program under a 64-bit kernel: nearly 4 GiB
};

struct LayoutOptions {
  ProgramWidth width = ProgramWidth::bits_64;
  std::uint64_t stack_limit = std::uint64_t{8} << 20U;  // RLIMIT_STACK, bytes
  std::uint64_t guard_bytes = std::uint64_t{1} << 20U;  // stack_guard_gap
  unsigned random_bits = 0;  // of mmap_base, vm.mmap_rnd_bits; 0: 28, or 8 for 32 bits; at most 32, or 16
  bool is_legacy = false;    // vm.legacy_va_layout: the mapping area grows upwards
};

// Where the parts of a new address space go: arch/x86/mm/mmap.c and fs/binfmt_elf.c, 6.1.
struct AddressLayout {
  VirtAddr end;                  // TASK_SIZE: the first address that programs have not
  VirtAddr stack_top;            // the stack ends here
  VirtAddr mmap_base;            // the mapping area ends here; of the legacy layout, begins here
  VirtAddr legacy_base;          // where a search upwards begins
  VirtAddr pie_base;             // where position-independent programs are loaded
  VirtAddr fixed_base;           // where others are: as linkers have it, 0x400000 or 0x8048000
  std::uint64_t break_span = 0;  // bytes above the bss among which the heap's beginning is drawn; 0: it is not
  bool is_legacy = false;
};

// The same for everybody, as with setarch -R.
AddressLayout plain_layout(const LayoutOptions& options);
// Each part moved by its own draw from `random`.
AddressLayout random_layout(const LayoutOptions& options, Prng& random);

// The heap's beginning, in the pages of break_span from `end_of_bss` on (arch_randomize_brk).
VirtAddr heap_begin(const AddressLayout& layout, VirtAddr end_of_bss, Prng& random);

}  // namespace signalbox
