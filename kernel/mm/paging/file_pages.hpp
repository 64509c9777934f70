#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/mm/paging/fault_plan.hpp"
#include "kernel/mm/paging/main_memory.hpp"

namespace signalbox {

// What calls on files do with a file's pages, without mapping them: read(2), write(2), truncate(2), fsync(2). They are
// the pages that mappings show. Nothing here waits.
class FilePages {
 public:
  FilePages(MainMemory& memory, PageStore& store) : memory_(memory), cache_(CachedPages::of(store, memory)) {}

  // The page's bytes, if it is in memory and has been read; else empty.
  std::span<std::byte> find(std::uint64_t page);
  // The next step to have it in memory. retry: it is.
  FaultPlan bring_in(std::uint64_t page, FrameUrgency urgency);
  // Begins to read those of [first, last] that are not in memory, as far as there are frames above the low watermark;
  // the requests are MainMemory::take_requests'.
  void read_ahead(std::uint64_t first, std::uint64_t last);
  // A page of zeros, whatever the device has; empty: there is no frame, or the page is in memory or just being read.
  std::span<std::byte> make(std::uint64_t page, FrameUrgency urgency);

  // These concern pages that are in memory, and no others.
  void touched(std::uint64_t page);
  void dirtied(std::uint64_t page);
  // Takes those from `first` on out of memory, and from all who map them, with their private copies
  // (truncate_pagecache).
  void remove(std::uint64_t first) {
    memory_.unmap_from(cache_, first);
    memory_.remove_pages(cache_, first, ~std::uint64_t{0});
  }

  // Starts to write the dirty ones of [first, last] that are not busy.
  std::vector<BlockRequest> start_writes(std::uint64_t first, std::uint64_t last);
  // The first of them that is being written; whether one is dirty.
  struct Writing {
    std::uint64_t page = 0;
    FrameNumber frame;

    bool operator==(const Writing&) const = default;
  };
  std::optional<Writing> find_writing(std::uint64_t first, std::uint64_t last) const;
  bool has_dirty(std::uint64_t first, std::uint64_t last) const;

 private:
  MainMemory& memory_;
  CachedPages& cache_;
};

}  // namespace signalbox
