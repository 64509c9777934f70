#include "kernel/mm/shortage/workingset.hpp"

namespace signalbox {

Workingset::Refault Workingset::refaulted(const EvictionShadow& shadow, PageKind kind, const PageLists& lists,
                                          SwapRoom room) {
  const bool is_file = kind == PageKind::file;
  std::uint64_t competitors = lists.size(PageList::active_file);
  if (!is_file) competitors += lists.size(PageList::inactive_file);
  if (room == SwapRoom::some) {
    competitors += lists.size(PageList::active_anonymous);
    if (is_file) competitors += lists.size(PageList::inactive_anonymous);
  }
  if (age_ - shadow.age > competitors) return {};
  aged();
  if (shadow.was_workingset) note_cost(kind, 1, lists);
  return {.is_activated = true, .was_workingset = shadow.was_workingset};
}

void Workingset::note_cost(PageKind kind, std::uint64_t pages, const PageLists& lists) {
  costs_[static_cast<std::size_t>(kind)] += pages;
  const std::uint64_t listed = std::uint64_t{lists.size(PageKind::anonymous)} + lists.size(PageKind::file);
  if (costs_[0] + costs_[1] <= listed / 4) return;
  costs_[0] /= 2;
  costs_[1] /= 2;
}

}  // namespace signalbox
