#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

// What a program is called with, at the top of its stack: strings, and above the rest of the stack their vectors.
struct ArgumentBlock {
  std::byte* stack_top;  // what is left of the stack ends here, a multiple of 16
  std::uint64_t argc;
  std::uint64_t argv;
  std::uint64_t envp;
};

// Writes it into the stack that ends at `top`.
ArgumentBlock write_arguments(std::byte* top, const std::vector<std::string>& arguments,
                              const std::vector<std::string>& environment);

}  // namespace signalbox
