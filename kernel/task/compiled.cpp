#include "kernel/task/compiled.hpp"

#include <algorithm>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/fs/path_resolution.hpp"

namespace signalbox {
namespace {

constexpr std::size_t longest_string = longest_path + 1;

}  // namespace

std::size_t CompiledMemory::reachable(std::uint64_t at, std::size_t most, Access access) {
  const VmaFlags wanted = access == Access::write ? vma_flag::write : vma_flag::read;
  std::uint64_t end = at;
  while (end - at < most) {
    const Vma* const vma = map().vmas().find(VirtAddr(end));
    if (vma == nullptr || !vma->has(wanted)) break;
    end = vma->range.end.value();
  }
  return std::min<std::size_t>(end - at, most);
}

std::size_t CompiledMemory::copy_from(std::uint64_t at, std::span<std::byte> to) {
  const std::span<const std::byte> from = host_bytes(at, reachable(at, to.size(), Access::read));
  std::ranges::copy(from, to.begin());
  return from.size();
}

std::size_t CompiledMemory::copy_to(std::uint64_t at, std::span<const std::byte> from) {
  const std::span<std::byte> to = host_bytes(at, reachable(at, from.size(), Access::write));
  std::ranges::copy(from.first(to.size()), to.begin());
  return to.size();
}

bool CompiledMemory::holds_string(std::uint64_t at) {
  const std::span<const std::byte> text = host_bytes(at, reachable(at, longest_string, Access::read));
  return text.size() == longest_string || std::ranges::find(text, std::byte{0}) != text.end();
}

}  // namespace signalbox
