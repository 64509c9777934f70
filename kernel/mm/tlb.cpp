#include "kernel/mm/tlb.hpp"

namespace signalbox {

Tlb::Tlb(const TlbGeometry& geometry) : small_l1_(geometry.small_l1), large_l1_(geometry.large_l1), l2_(geometry.l2) {}

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
