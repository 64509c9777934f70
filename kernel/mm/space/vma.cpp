#include "kernel/mm/space/vma.hpp"

namespace signalbox {

bool can_merge(const Vma& low, const Vma& high) {
  if (low.range.end != high.range.begin || low.flags != high.flags || low.object != high.object) return false;
  if (low.object != nullptr && low.object->rights().counts_its_mappings) return false;
  if (low.page_offset_of(low.range.end) != high.page_offset) return false;
  return low.anon_family == 0 || high.anon_family == 0 || low.anon_family == high.anon_family;
}

}  // namespace signalbox
