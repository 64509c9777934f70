#pragma once

#include <cstdint>

#include "kernel/base/prng.hpp"
#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// A program as exec loads it: text and data of its file, whole pages apart from each other, then zeroed memory.
struct ProgramImage {
  MemoryObjectRef file = {};
  bool is_position_independent = true;
  std::uint64_t text_bytes = page_bytes;      // at offset 0, at least one
  std::uint64_t data_bytes = page_bytes;      // from the next page of the file on
  std::uint64_t bss_bytes = 0;                // begins where the data ends
  std::uint64_t argument_bytes = page_bytes;  // strings and vectors at the top of the stack, at least one
};

// Maps the program into an empty space, sets its parts, and makes a stack of its arguments and 128 KiB, or RLIMIT_STACK
// if that is less (load_elf_binary, setup_arg_pages; 6.1). Draws the heap's beginning from `random` if the layout has a
// span for it. Errno: as mmap; what was mapped until then stays.
Result<void> load_image(AddressMap& map, const ProgramImage& image, Prng& random);

}  // namespace signalbox
