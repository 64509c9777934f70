#pragma once

#include <string_view>

#include "tools/allocators/allocation_trace.hpp"
#include "workloads/formats/input_lines.hpp"

namespace signalbox {

// Reads a trace of allocations. The first line that says something is `allocations 1`; each further one is a step:
//
//   [tN] malloc ID BYTES              [tN] free ID
//   [tN] calloc ID BYTES              [tN] free_sized ID     (operator delete with its size)
//   [tN] aligned ID ALIGNMENT BYTES   [tN] exit              (the thread ends)
//   [tN] realloc ID BYTES             pause TIME             (with a unit: 10ms)
//
// `#` begins a comment. tN is who asks: t0, which need not be said, to t255; a thread is there from its first line on.
// ID is a number; it may be used again once its block is free. Throws InputError.
AllocationTrace read_allocation_trace(InputLines& lines);

// Reads a trace of CS:APP's malloc lab (.rep; Bryant and O'Hallaron, "Malloc Lab"): four numbers, of which the second
// is how many ids there are and the third how many requests, then `a ID BYTES`, `r ID BYTES` and `f ID`. Throws
// InputError.
AllocationTrace read_malloc_lab_trace(InputLines& lines);

// Whether a text may be one of ours, as opposed to malloc lab's.
bool looks_like_allocation_trace(std::string_view beginning);

}  // namespace signalbox
