#include "kernel/mm/shortage/page_lists.hpp"

namespace signalbox {
namespace {

constexpr FrameChains::Chain chain(PageList list) { return static_cast<FrameChains::Chain>(list); }
constexpr std::uint64_t pages_a_gib = (std::uint64_t{1} << 30U) / page_bytes;

}  // namespace

PageLists::PageLists(std::uint32_t frames) : chains_(frames, page_list_count), marks_(frames) {}

void PageLists::add(FrameNumber page, PageKind kind, PageList list, std::uint32_t pages) {
  chains_.stand_for(page, pages);
  chains_.add_head(chain(list), page);
  marks_[page.value()] = {.kind = kind};
}

void PageLists::remove(FrameNumber page) {
  chains_.remove(page);
  chains_.stand_for(page, 1);
}

void PageLists::split(FrameNumber page) {
  const std::uint32_t end = page.value() + chains_.pages(page);
  chains_.stand_for(page, 1);
  for (std::uint32_t next = page.value() + 1; next < end; ++next) {
    chains_.add_younger(FrameNumber(next), FrameNumber(next - 1));
    marks_[next] = marks_[page.value()];
  }
}

void PageLists::move_to_head(FrameNumber page, PageList list) {
  chains_.remove(page);
  chains_.add_head(chain(list), page);
}

void PageLists::move_to_tail(FrameNumber page, PageList list) {
  chains_.remove(page);
  chains_.add_tail(chain(list), page);
}

bool inactive_is_low(std::uint64_t inactive, std::uint64_t active) {
  const std::uint64_t gib = (inactive + active) / pages_a_gib;
  std::uint64_t ratio = 1;
  while (gib > 0 && (ratio + 1) * (ratio + 1) <= 10 * gib) ++ratio;
  return inactive * ratio < active;
}

bool inactive_is_low(const PageLists& lists, PageKind kind) {
  return inactive_is_low(lists.size(inactive_list(kind)), lists.size(active_list(kind)));
}

}  // namespace signalbox
