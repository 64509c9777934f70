#pragma once

#include <string>
#include <string_view>

namespace signalbox {

// Assembly for x86-64 in which a compiler has put a call at each edge between basic blocks (gcc's and clang's
// -fsanitize-coverage=trace-pc), with the count of edges in place of the calls, and the call of the runtime
// where no edges are left behind the function's end. What the count clobbers, the flags, any call does; compilers have
// been told that this one changes nothing else (workloads/posix/runtime/edges.h). A loop without any instruction, `for
// (;;);`, has no edge from the compilers and gets one here.
std::string inline_edges(std::string_view assembly);

}  // namespace signalbox
