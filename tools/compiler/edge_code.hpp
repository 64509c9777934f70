#pragma once

#include <string>
#include <string_view>

namespace signalbox {

// Assembly for x86-64 in which a compiler has put a call at each edge between basic blocks (gcc's and clang's
// -fsanitize-coverage=trace-pc), with the count of edges in place of the calls, and the call of the runtime
// where no edges are left behind the function's end. A call clobbers what the count clobbers, and more, so the code
// around it is right as it is. A loop without any instruction, `for (;;);`, has no edge from the compilers and gets one
// here.
std::string inline_edges(std::string_view assembly);

}  // namespace signalbox
