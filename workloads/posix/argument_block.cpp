#include "workloads/posix/argument_block.hpp"

#include <cstring>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t stack_alignment = 16;

std::vector<std::uint64_t> write_strings(std::byte*& top, const std::vector<std::string>& strings) {
  std::vector<std::uint64_t> pointers;
  for (const std::string& text : strings) {
    top -= text.size() + 1;
    std::memcpy(top, text.c_str(), text.size() + 1);
    pointers.push_back(host_address(top));
  }
  pointers.push_back(0);
  return pointers;
}

std::uint64_t write_vector(std::byte*& top, const std::vector<std::uint64_t>& pointers) {
  top -= pointers.size() * sizeof(std::uint64_t);
  top -= host_address(top) % stack_alignment;
  std::memcpy(top, pointers.data(), pointers.size() * sizeof(std::uint64_t));
  return host_address(top);
}

}  // namespace

ArgumentBlock write_arguments(std::byte* top, const std::vector<std::string>& arguments,
                              const std::vector<std::string>& environment) {
  const std::vector<std::uint64_t> texts = write_strings(top, arguments);
  const std::vector<std::uint64_t> variables = write_strings(top, environment);
  const std::uint64_t envp = write_vector(top, variables);
  const std::uint64_t argv = write_vector(top, texts);
  return {.stack_top = top, .argc = arguments.size(), .argv = argv, .envp = envp};
}

}  // namespace signalbox
