#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "kernel/alloc/heap_totals.hpp"

namespace signalbox::alloc {

// The statistics of a heap by jemalloc's names (jemalloc(3), MALLCTL NAMESPACE): stats.allocated,
// stats.arenas.0.pdirty, stats.arenas.0.bins.3.nmalloc, arenas.bin.3.size and so on. There is no stats.resident: only
// whoever owns the pages can tell it.
template <class P>
class Mallctl {
 public:
  explicit Mallctl(Heap<P>& heap) : heap_(heap) {}

  // None: there is no such name, bin or arena.
  std::optional<std::uint64_t> read(std::string_view name) {
    const std::string_view first = next_part(name);
    if (first == "arenas") return of_arenas(name);
    if (first != "stats") return {};
    if (!name.starts_with("arenas.")) return of_heap(name);
    next_part(name);
    const auto index = number(next_part(name));
    if (!index || *index >= heap_.arenas().arena_count()) return {};
    return of_arena(heap_.arenas().arena(ArenaId(static_cast<std::uint16_t>(*index))), name);
  }

 private:
  using Value = std::optional<std::uint64_t>;

  // Cuts what is before the first dot off.
  static std::string_view next_part(std::string_view& name) {
    const std::size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    return part;
  }

  static std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
  }

  Value of_heap(std::string_view name) {
    const HeapTotals now = totals_of(heap_);
    if (name == "allocated") return now.allocated;
    if (name == "active") return now.active;
    if (name == "mapped") return now.mapped;
    if (name == "retained") return now.retained;
    return {};
  }

  // arenas.*: the shape, which never changes.
  Value of_arenas(std::string_view name) {
    if (name == "narenas") return heap_.arenas().arena_count();
    if (name == "quantum") return 16;
    if (name == "page") return page_size;
    if (name == "nbins") return small_class_count;
    if (name == "nlextents") return large_class_count;
    const std::string_view kind = next_part(name);
    const auto index = number(next_part(name));
    if (!index) return {};
    if (kind == "lextent" && *index < large_class_count && name == "size")
      return class_bytes(small_class_count + *index);
    if (kind != "bin" || *index >= small_class_count) return {};
    if (name == "size") return class_bytes(*index);
    if (name == "nregs") return slab_shapes[*index].regions;
    if (name == "slab_size") return slab_shapes[*index].pages * page_size;
    return {};
  }

  static Value of_arena(Arena<P>& arena, std::string_view name) {
    const std::string_view part = next_part(name);
    if (part == "bins") return of_bin(arena, name);
    if (part == "lextents") return of_large(arena, name);
    if (part == "nthreads") return arena.users;
    const PageStats pages = arena.pages().stats();
    if (part == "pactive") return pages.active_pages;
    if (part == "pdirty") return pages.dirty_pages;
    if (part == "pmuzzy") return pages.muzzy_pages;
    if (part == "retained") return pages.retained_pages * page_size;
    if (part == "npurge") return pages.npurge;
    if (part == "nmadvise") return pages.nmadvise;
    if (part == "purged") return pages.purged;
    return {};
  }

  static Value of_bin(Arena<P>& arena, std::string_view name) {
    const auto index = number(next_part(name));
    if (!index || *index >= small_class_count) return {};
    const Locked lock(arena.bin(*index).mutex());
    const BinStats& bin = arena.bin(*index).stats();
    if (name == "nmalloc") return bin.nmalloc;
    if (name == "ndalloc") return bin.ndalloc;
    if (name == "nrequests") return bin.nrequests;
    if (name == "curregs") return bin.curregs();
    if (name == "nfills") return bin.nfills;
    if (name == "nflushes") return bin.nflushes;
    if (name == "nslabs") return bin.nslabs;
    if (name == "nreslabs") return bin.nreslabs;
    if (name == "curslabs") return bin.curslabs;
    if (name == "nonfull_slabs") return bin.nonfull_slabs;
    return {};
  }

  static Value of_large(Arena<P>& arena, std::string_view name) {
    const auto index = number(next_part(name));
    if (!index || *index >= large_class_count) return {};
    const Locked lock(arena.large_mutex());
    const LargeStats& large = arena.large(*index);
    if (name == "nmalloc") return large.nmalloc;
    if (name == "ndalloc") return large.ndalloc;
    if (name == "nrequests") return large.nrequests;
    if (name == "curlextents") return large.curlextents();
    return {};
  }

  Heap<P>& heap_;
};

}  // namespace signalbox::alloc
