#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/ids.hpp"
#include "kernel/mm/frame.hpp"
#include "kernel/mm/shortage/block_request.hpp"

namespace signalbox {

// Which lists a page is on. Shared memory counts as anonymous: it goes to swap.
enum class PageKind : std::uint8_t { anonymous, file };

// What stays of a page that lost its frame: how much was evicted and activated until then (mm/workingset.c).
struct EvictionShadow {
  std::uint64_t age = 0;
  bool was_workingset = false;  // it had been active, or had refaulted
  std::uint64_t key = 0;        // which page it was, for a replacement policy that remembers; 0: there is none

  bool operator==(const EvictionShadow&) const = default;
};

// What reclaim asks of pages and does to them; paging is it, a test may be. A page is named by its frame. None of these
// waits, and none tells reclaim of what it does itself: no `removed` for a page that is evicted here.
class ReclaimablePages {
 public:
  ReclaimablePages() = default;
  ReclaimablePages(const ReclaimablePages&) = delete;
  ReclaimablePages& operator=(const ReclaimablePages&) = delete;
  virtual ~ReclaimablePages() = default;

  struct References {
    std::uint32_t accessed = 0;       // mappings whose accessed bit was set; it is clear now
    bool is_executable_file = false;  // of a mapping that may be executed
    bool is_locked = false;           // mlock(2): it cannot be reclaimed
    bool is_kept = false;             // nor can this, until a system call is over
  };
  // folio_referenced.
  virtual References take_references(FrameNumber page) = 0;
  virtual bool is_mapped(FrameNumber page) const = 0;
  // The page's own mark, or that of a mapping. An anonymous page is clean only while what is in its place in swap is
  // what is in the page: without a place it is dirty, and with a new one until its write begins.
  virtual bool is_dirty(FrameNumber page) const = 0;
  // It is being read or written.
  virtual bool is_busy(FrameNumber page) const = 0;
  // The space that mapped the page first, of those that map it now: whose page it is, for local replacement. Nothing if
  // nobody maps it.
  virtual std::optional<AddressSpaceId> owner(FrameNumber page) const = 0;
  // How many frames the space may have; nothing: as many as there are.
  virtual std::optional<std::uint32_t> allowance(AddressSpaceId) const { return std::nullopt; }

  // Gives an anonymous page a place in swap, if it has none. False: swap is full, or there is none. A huge page is
  // split first (Shortage::split), and `page` is the first of the small ones.
  virtual bool add_to_swap(FrameNumber page) = 0;
  // Takes its place in swap from an anonymous page, if it has one, nobody else needs it and it is not busy; the page is
  // dirty then (folio_free_swap).
  virtual void release_swap(FrameNumber page) = 0;
  // Takes the page out of all spaces that map it (try_to_unmap). An anonymous page has its place in swap.
  virtual void unmap(FrameNumber page) = 0;
  // The page is clean from now on, and busy until the write that is answered has been done. Requires that it is not
  // busy, and not mapped unless it is of a file. To be called by Shortage::start_write only, which counts.
  virtual BlockRequest start_write(FrameNumber page) = 0;
  // Gives the frame back. Requires a page that is clean, not mapped and not busy.
  virtual void evict(FrameNumber page, EvictionShadow shadow) = 0;
};

}  // namespace signalbox
