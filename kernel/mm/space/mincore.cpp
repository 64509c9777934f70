#include "kernel/mm/space/mincore.hpp"

namespace signalbox {

Residency mincore(AddressMap& map, VirtAddr at, std::uint64_t bytes) {
  if (!is_page_aligned(at)) return {.error = Errno::einval};
  const std::uint64_t space = map.layout().end.value();
  if (bytes > space || at.value() > space - bytes) return {.error = Errno::enomem};
  Residency found;
  const VirtAddr end = at + page_aligned(bytes);
  for (VirtAddr page = at; page < end; page += page_bytes) {
    const Vma* const vma = map.vmas().find(page);
    if (vma == nullptr) {
      found.error = Errno::enomem;
      break;
    }
    found.pages.push_back(map.pages().is_resident(*vma, page) ? 1 : 0);
  }
  return found;
}

}  // namespace signalbox
