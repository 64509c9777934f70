#pragma once

#include <array>
#include <bit>
#include <string>
#include <vector>

#include "kernel/alloc/heap.hpp"

namespace signalbox::alloc {

// Reads a whole heap while nobody uses it, and says what is wrong in it: the promises of the classes here, and that
// what they count is what there is.
template <class P>
class InvariantWalk {
 public:
  explicit InvariantWalk(Heap<P>& heap) : arenas_(heap.arenas()), ground_(arenas_.ground) {
    seen_.resize(arenas_.arena_count());
  }

  // Empty if all is well; the first thing that is not.
  std::string broken() {
    ground_.page_map.for_each(ground_.metadata, [&](VirtAddr page, MapEntry entry) { see_page(page, entry); });
    promise(requested_ == ground_.requested, "requested bytes are those of the blocks in use");
    promise(huge_bytes_ == arenas_.huge.stats().bytes, "huge bytes are those of the huge blocks");
    for (unsigned i = 0; i < arenas_.arena_count(); ++i) compare(i);
    return broken_;
  }

  // In all states, after broken().
  std::uint64_t pages_seen() const { return pages_seen_; }
  // Blocks in the program's hands, where that is known.
  std::uint64_t in_use() const { return in_use_; }
  // Blocks that bins and arenas have given out, to programs and caches.
  std::uint64_t given_out() const { return given_out_; }

 private:
  struct Seen {
    std::array<std::uint64_t, extent_state_count> pages{};
    std::array<std::uint64_t, extent_state_count> extents{};
    std::array<std::uint64_t, small_class_count> slabs{};
    std::array<std::uint64_t, small_class_count> regions{};
    std::array<std::uint64_t, large_class_count> large{};
  };

  void promise(bool is_kept, const char* what) {
    if (!is_kept && broken_.empty()) broken_ = what;
  }

  void see_page(VirtAddr page, MapEntry entry) {
    const Extent<P>& extent = ground_.extent(entry.extent());
    promise(extent.begin <= page && page < extent.end(), "a page's entry names the extent that covers it");
    promise(entry.arena() == extent.arena && entry.state() == extent.state && entry.is_slab() == extent.is_slab,
            "a page's entry says what its extent says");
    if (page != extent.begin) {
      const bool is_last = page.value() + page_size == extent.end().value();
      promise(extent.is_slab || (is_last && entry.freeable_class() >= class_count),
              "the inside of an extent is not entered, and its last page frees nothing");
      return;
    }
    promise(extent.begin.value() >= end_of_last_.value(), "extents do not overlap");
    if (page == end_of_last_ && extent.state != ExtentState::active && ground_.source.may_merge()) {
      promise(last_state_ != extent.state || last_arena_ != extent.arena, "free neighbours of a state are one extent");
    }
    end_of_last_ = extent.end();
    last_state_ = extent.state;
    last_arena_ = extent.arena;
    see_extent(entry, extent);
  }

  void see_extent(MapEntry entry, const Extent<P>& extent) {
    pages_seen_ += extent.pages();
    if (extent.arena == HugeBlocks<P>::nobodys) {
      huge_bytes_ += extent.bytes;
      ++given_out_;
      count_in_use(entry, extent);
      return;
    }
    Seen& seen = seen_[extent.arena.value()];
    seen.pages[static_cast<unsigned>(extent.state)] += extent.pages();
    ++seen.extents[static_cast<unsigned>(extent.state)];
    if (extent.state != ExtentState::active) return;
    promise(entry.freeable_class() == extent.size_class, "the first page of a block tells its class");
    count_in_use(entry, extent);
    if (!extent.is_slab) {
      promise(extent.bytes == class_bytes(extent.size_class), "a large block is as large as its class");
      ++seen.large[extent.size_class - small_class_count];
      return;
    }
    unsigned free = 0;
    for (const std::uint64_t word : extent.is_free) free += static_cast<unsigned>(std::popcount(word));
    promise(free == extent.free_regions, "a slab's bits are as many as its free regions");
    promise(free < slab_shapes[extent.size_class].regions, "an empty slab goes back");
    ++seen.slabs[extent.size_class];
    seen.regions[extent.size_class] += slab_shapes[extent.size_class].regions - free;
  }

  void count_in_use([[maybe_unused]] MapEntry entry, const Extent<P>& extent) {
    if constexpr (P::is_checked) {
      for (unsigned region = 0; region < most_regions_of<P>; ++region) {
        if (!is_marked(ground_, extent, region)) continue;
        ++in_use_;
        if constexpr (keeps_requests<P>) requested_ += block_bytes(entry) - slack_of(ground_, extent, entry, region);
        const bool is_free = (extent.is_free[region / 64] >> (region % 64) & 1U) != 0;
        promise(!extent.is_slab || !is_free, "no region is free and in use");
      }
    }
  }

  void compare(unsigned index) {
    Arena<P>& arena = arenas_.arena(ArenaId(static_cast<std::uint16_t>(index)));
    const Seen& seen = seen_[index];
    const PageStats stats = arena.pages().stats();
    promise(seen.pages[0] == stats.active_pages, "active pages are those of extents in use");
    promise(seen.pages[1] == stats.dirty_pages && seen.pages[2] == stats.muzzy_pages &&
                seen.pages[3] == stats.retained_pages,
            "free pages are those of free extents");
    for (const ExtentState state : {ExtentState::dirty, ExtentState::muzzy, ExtentState::retained}) {
      see_list(arena.pages().free_extents(state), state);
    }
    for (unsigned i = 0; i < small_class_count; ++i) {
      const BinStats& bin = arena.bin(i).stats();
      promise(bin.curslabs == seen.slabs[i], "curslabs are the slabs there are");
      promise(bin.curregs() == seen.regions[i], "curregs are the regions not free");
      given_out_ += bin.curregs();
    }
    for (unsigned i = 0; i < large_class_count; ++i) {
      promise(arena.large(i).curlextents() == seen.large[i], "curlextents are the large blocks there are");
      given_out_ += arena.large(i).curlextents();
    }
  }

  void see_list(const FreeExtents& list, ExtentState state) {
    std::uint64_t pages = 0;
    std::uint64_t count = 0;
    for (ExtentId id = list.longest_here(); !is_none(id); id = ground_.extent(id).newer) {
      const Extent<P>& extent = ground_.extent(id);
      promise(extent.state == state, "a list holds extents of its state");
      const ExtentId oldest =
          list.oldest_fit(ground_, page_class_pages(page_class_below(extent.pages())), extent.pages());
      promise(!is_none(oldest) && !is_before(extent, ground_.extent(oldest)), "the oldest of a class comes first");
      pages += extent.pages();
      ++count;
    }
    promise(pages == list.pages() && count == list.count(), "a list counts its extents");
  }

  ArenaSet<P>& arenas_;
  Ground<P>& ground_;
  std::vector<Seen> seen_;
  std::string broken_;
  VirtAddr end_of_last_;
  ExtentState last_state_ = ExtentState::active;
  ArenaId last_arena_;
  std::uint64_t pages_seen_ = 0;
  std::uint64_t huge_bytes_ = 0;
  std::uint64_t in_use_ = 0;
  std::uint64_t requested_ = 0;
  std::uint64_t given_out_ = 0;
};

}  // namespace signalbox::alloc
