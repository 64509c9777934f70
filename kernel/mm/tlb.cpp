#include "kernel/mm/tlb.hpp"

namespace signalbox {

Tlb::Tlb(const TlbGeometry& geometry) : small_l1_(geometry.small_l1), large_l1_(geometry.large_l1), l2_(geometry.l2) {}

Tlb::Found Tlb::look_up(VirtAddr at, Asid asid, unsigned large_shift) {
  const PageName small(at.value() >> page_shift, PageSize::small);
  const PageName large(at.value() >> large_shift, PageSize::large);
  if (const TlbEntry* entry = small_l1_.touch(small.key(asid))) return {entry, small, Level::l1};
  if (has_had_large_) {
    if (const TlbEntry* entry = large_l1_.touch(large.key(asid))) return {entry, large, Level::l1};
  }
  if (const TlbEntry* entry = l2_.touch(small.key(asid))) {
    return {&small_l1_.insert(small.key(asid), *entry), small, Level::l2};
  }
  if (has_had_large_) {
    if (const TlbEntry* entry = l2_.touch(large.key(asid))) {
      return {&large_l1_.insert(large.key(asid), *entry), large, Level::l2};
    }
  }
  return {};
}

const TlbEntry& Tlb::fill(PageName page, Asid asid, const TlbEntry& entry) {
  has_had_large_ |= page.size() == PageSize::large;
  l2_.insert(page.key(asid), entry);
  return first_level(page.size()).insert(page.key(asid), entry);
}

void Tlb::forget(PageName page, Asid asid) {
  first_level(page.size()).forget(page.key(asid));
  l2_.forget(page.key(asid));
}

void Tlb::forget_all(Asid asid) {
  small_l1_.forget_all(asid);
  large_l1_.forget_all(asid);
  l2_.forget_all(asid);
}

}  // namespace signalbox
