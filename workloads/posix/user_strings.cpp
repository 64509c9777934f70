#include "workloads/posix/user_strings.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

constexpr std::size_t longest_argument = std::size_t{128} << 10U;  // MAX_ARG_STRLEN
constexpr std::size_t most_bytes = std::size_t{2} << 20U;          // a quarter of the stack

}  // namespace

Result<std::string> read_string(Caller& caller, CompiledMemory& memory, std::uint64_t at) {
  std::string text;
  while (text.size() < longest_argument) {
    const std::uint64_t next = at + text.size();
    const std::size_t wanted = std::min(longest_argument - text.size(), page_bytes - next % page_bytes);
    const std::span<const std::byte> bytes = host_bytes(next, memory.reachable(next, wanted, Access::read));
    if (bytes.empty()) {
      if (!bring_in(caller, memory, next, Access::read)) return Errno::efault;
      continue;
    }
    const auto end = std::ranges::find(bytes, std::byte{0});
    std::ranges::transform(bytes.begin(), end, std::back_inserter(text),
                           [](std::byte letter) { return static_cast<char>(letter); });
    if (end != bytes.end()) return text;
  }
  return Errno::e2big;
}

Result<std::vector<std::string>> read_strings(Caller& caller, CompiledMemory& memory, std::uint64_t at) {
  std::vector<std::string> strings;
  std::size_t bytes = 0;
  while (at != 0) {
    std::uint64_t pointer = 0;
    if (!bring_in_all(caller, memory, at, sizeof pointer, Access::read)) return Errno::efault;
    memory.copy_from(at, std::as_writable_bytes(std::span(&pointer, 1)));
    if (pointer == 0) break;
    strings.push_back(TRY(read_string(caller, memory, pointer)));
    bytes += strings.back().size() + 1 + sizeof pointer;
    if (bytes > most_bytes) return Errno::e2big;
    at += sizeof pointer;
  }
  return strings;
}

}  // namespace signalbox
