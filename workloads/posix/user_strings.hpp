#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/compiled.hpp"

namespace signalbox {

// What exec(2) is given, out of the caller's memory; what is absent is brought in. Errno::efault; Errno::e2big: more
// than an argument or all of them may have (execve(2), "Limits on size of arguments and environment").
Result<std::string> read_string(Caller& caller, CompiledMemory& memory, std::uint64_t at);
// An array of pointers that ends with a null one; a null array is empty, as on Linux.
Result<std::vector<std::string>> read_strings(Caller& caller, CompiledMemory& memory, std::uint64_t at);

}  // namespace signalbox
