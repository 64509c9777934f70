#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/mm/shortage/frame_chains.hpp"
#include "kernel/mm/shortage/reclaimable_pages.hpp"

namespace signalbox {

// The lists of Linux (enum lru_list, linux/mmzone.h), in its order.
enum class PageList : std::uint8_t { inactive_anonymous, active_anonymous, inactive_file, active_file, unevictable };

inline constexpr std::size_t page_list_count = 5;
inline constexpr std::array evictable_lists{PageList::inactive_anonymous, PageList::active_anonymous,
                                            PageList::inactive_file, PageList::active_file};

constexpr PageList inactive_list(PageKind kind) {
  return kind == PageKind::file ? PageList::inactive_file : PageList::inactive_anonymous;
}
constexpr PageList active_list(PageKind kind) {
  return kind == PageKind::file ? PageList::active_file : PageList::active_anonymous;
}
constexpr bool is_active(PageList list) { return list == PageList::active_anonymous || list == PageList::active_file; }

// Where each page stands in the order of reclaim, and the marks that go with it. Pages enter at the head and are looked
// at from the tail.
class PageLists {
 public:
  explicit PageLists(std::uint32_t frames);

  // Marks of a listed page (linux/page-flags.h).
  struct Marks {
    PageKind kind = PageKind::anonymous;
    bool is_referenced = false;   // PG_referenced: seen used once
    bool was_workingset = false;  // PG_workingset: it has been active
    bool wants_reclaim = false;   // PG_reclaim: to be reclaimed as soon as it is written
  };

  // Requires a page on no list. A huge page is on it by its first frame, as so many pages.
  void add(FrameNumber page, PageKind kind, PageList list, std::uint32_t pages = 1);
  void remove(FrameNumber page);
  // To the head of that list; it may be the one it is on.
  void move_to_head(FrameNumber page, PageList list);
  void move_to_tail(FrameNumber page, PageList list);

  // A huge page becomes small ones, which stand where it stood, the first the oldest, with its marks
  // (lru_add_page_tail).
  void split(FrameNumber page);

  bool contains(FrameNumber page) const { return chains_.contains(page); }
  // 1, or huge_page_frames.
  std::uint32_t pages(FrameNumber page) const { return chains_.pages(page); }
  // Requires a page on a list, as all below.
  PageList list_of(FrameNumber page) const { return static_cast<PageList>(chains_.chain_of(page)); }
  PageKind kind_of(FrameNumber page) const { return marks_[page.value()].kind; }
  Marks& marks(FrameNumber page) { return marks_[page.value()]; }
  const Marks& marks(FrameNumber page) const { return marks_[page.value()]; }

  // Pages on a list: Active(anon), ... of /proc/meminfo; of one kind, without those that are unevictable.
  std::uint32_t size(PageList list) const { return chains_.size(static_cast<FrameChains::Chain>(list)); }
  std::uint32_t size(PageKind kind) const { return size(inactive_list(kind)) + size(active_list(kind)); }
  // The page that is looked at next.
  std::optional<FrameNumber> oldest(PageList list) const { return chains_.tail(static_cast<FrameChains::Chain>(list)); }
  std::optional<FrameNumber> younger(FrameNumber page) const { return chains_.younger(page); }

 private:
  FrameChains chains_;
  std::vector<Marks> marks_;
};

// Whether so many active pages are too many: one for each inactive up to 1 GiB in both, then the square root of ten
// times the GiB (inactive_is_low, mm/vmscan.c).
bool inactive_is_low(std::uint64_t inactive, std::uint64_t active);
bool inactive_is_low(const PageLists& lists, PageKind kind);

}  // namespace signalbox
