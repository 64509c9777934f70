#include "kernel/mm/space/mincore.hpp"

namespace signalbox {

Result<void> may_be_resident(const AddressMap& map, VirtAddr at, std::uint64_t bytes) {
  if (!is_page_aligned(at)) return Errno::einval;
  const std::uint64_t space = map.layout().end.value();
  if (bytes > space || at.value() > space - bytes) return Errno::enomem;
  return {};
}

Residency mincore(AddressMap& map, VirtAddr at, std::uint64_t bytes) {
  if (const Result<void> may_be = may_be_resident(map, at, bytes); !may_be) return {.error = may_be.error()};
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
