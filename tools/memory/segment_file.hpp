#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/mm/segment_descriptor.hpp"

namespace signalbox {

// An entry of a descriptor table, as the processor reads it.
struct SegmentRow {
  std::uint16_t index = 0;
  std::uint64_t bits = 0;

  bool operator==(const SegmentRow&) const = default;
};

// Reads a descriptor table, an entry a line; `#` begins a comment:
//
//     INDEX code|data BASE LIMIT [dpl=0..3] [pages] [absent] [16-bit]      limit: the last offset, 20 bits
//                     [read-only] [expand-down]   of data, that is writable else
//                     [execute-only] [conforming] of code, that is readable else
//     INDEX 0x00cffa000000ffff                                              the 8 bytes themselves
//
// `pages`: the limit counts pages of 4 KiB. Ascending by index. Throws InputError, also for an index given twice and
// for no entry at all.
std::vector<SegmentRow> parse_segments(const std::string& text, const std::string& file);

// "base 0x400000, limit 0xfff, data, writable, DPL 3".
std::string segment_text(const Segment& segment);

}  // namespace signalbox
