#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/mm/page_format.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// A part of a program's address space, and what its pages allow.
struct MappedRange {
  PageRange range;
  bool is_readable = true;
  bool is_writable = false;
  bool is_executable = false;
  PageSize size = PageSize::small;
  bool is_absent = false;  // mapped, and its pages are yet to be brought in
  std::string name = {};   // the file, [heap], [stack]; may be empty

  // Whether page tables hold its pages: those that nobody may use they do not.
  bool is_present() const { return !is_absent && (is_readable || is_writable || is_executable); }
  std::string rights_text() const;
  bool operator==(const MappedRange&) const = default;
};

// All that a program has mapped, in ascending order.
using ProgramMap = std::vector<MappedRange>;

// Reads mappings, one a line: `START-END RIGHTS`, or the two joined by a colon, with `:large` or `:absent` behind.
// Addresses are hexadecimal, rights as in r-xp; further words are those of /proc/PID/maps, whose lines do as well.
// Throws InputError for what is malformed, overlaps, is not made of whole pages of the format, or is more than an
// emulated machine's RAM.
ProgramMap parse_program_map(const std::string& text, const std::string& file, const PageFormat& format);

// What the command line names: each argument a file, or else a mapping itself.
ProgramMap read_program_map(std::span<const std::string> arguments, const PageFormat& format);

// A small program as exec leaves it: text, data, bss and stack, a heap of 132 KiB, a library's text and data, and a
// mapping of 256 KiB; laid out as without randomisation, or moved by draws from the seed.
ProgramMap small_program(const PageFormat& format, std::optional<std::uint64_t> seed);

// The mapping that holds an address; null: none.
const MappedRange* find_mapping(const ProgramMap& map, VirtAddr at);

// A table of them: addresses, rights, size, name.
std::string program_map_text(const ProgramMap& map);

std::uint64_t mapped_bytes(const ProgramMap& map);

}  // namespace signalbox
