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
    const std::size_t bytes = std::min<std::uint64_t>(vma->range.end.value() - end, most - (end - at));
    const std::size_t there = present(*vma, end, bytes, access);
    end += there;
    if (there < bytes) break;
  }
  return end - at;
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

std::size_t CompiledMemory::keep(std::uint64_t at, std::size_t most, Access access) {
  const std::size_t there = reachable(at, most, access);
  keep_pages(at, there);
  return there;
}

bool CompiledMemory::keep_string(std::uint64_t at) {
  for (std::size_t done = 0; done < longest_string;) {
    const std::size_t wanted = std::min(longest_string - done, page_bytes - (at + done) % page_bytes);
    const std::span<const std::byte> text = host_bytes(at + done, keep(at + done, wanted, Access::read));
    if (std::ranges::find(text, std::byte{0}) != text.end()) return true;
    if (text.size() < wanted) return false;
    done += wanted;
  }
  return true;
}

}  // namespace signalbox
