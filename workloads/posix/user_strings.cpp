#include "workloads/posix/user_strings.hpp"

#include <algorithm>
#include <span>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox {
namespace {

constexpr std::size_t longest_argument = std::size_t{128} << 10U;  // MAX_ARG_STRLEN
constexpr std::size_t most_bytes = std::size_t{2} << 20U;          // a quarter of the stack

}  // namespace

Result<std::string> read_string(CompiledMemory& memory, std::uint64_t at) {
  const std::size_t room = memory.reachable(at, longest_argument, Access::read);
  const std::span<const std::byte> bytes = host_bytes(at, room);
  const auto end = std::ranges::find(bytes, std::byte{0});
  if (end == bytes.end()) return room == longest_argument ? Errno::e2big : Errno::efault;
  std::string text(static_cast<std::size_t>(end - bytes.begin()), '\0');
  memory.copy_from(at, std::as_writable_bytes(std::span(text)));
  return text;
}

Result<std::vector<std::string>> read_strings(CompiledMemory& memory, std::uint64_t at) {
  std::vector<std::string> strings;
  std::size_t bytes = 0;
  while (at != 0) {
    std::uint64_t pointer = 0;
    if (memory.copy_from(at, std::as_writable_bytes(std::span(&pointer, 1))) != sizeof pointer) return Errno::efault;
    if (pointer == 0) break;
    strings.push_back(TRY(read_string(memory, pointer)));
    bytes += strings.back().size() + 1 + sizeof pointer;
    if (bytes > most_bytes) return Errno::e2big;
    at += sizeof pointer;
  }
  return strings;
}

}  // namespace signalbox
