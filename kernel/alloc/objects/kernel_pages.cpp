#include "kernel/alloc/objects/kernel_pages.hpp"

#include <algorithm>
#include <new>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox::alloc {

VirtAddr KernelPages::map(std::uint64_t bytes, std::uint64_t alignment) {
  const bool is_large = bytes >= Mapping::huge_page;
  try {
    Mapping& made = mappings_.emplace_back(
        bytes, std::max<std::uint64_t>(alignment, is_large ? Mapping::huge_page : Mapping::page));
    if (is_large) made.prefer_huge_pages();
    return VirtAddr(host_address(made.begin()));
  } catch (const std::bad_alloc&) {
    return {};
  }
}

bool KernelPages::unmap(VirtAddr at, std::uint64_t bytes) {
  const auto found = std::ranges::find_if(mappings_, [&](const Mapping& each) {
    return host_address(each.begin()) == at.value() && each.bytes() == bytes;
  });
  if (found == mappings_.end()) return false;
  mappings_.erase(found);
  return true;
}

}  // namespace signalbox::alloc
