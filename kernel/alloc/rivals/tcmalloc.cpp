#include "kernel/alloc/rivals/tcmalloc.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/alloc/rivals/tcmalloc_cpu_caches.hpp"
#include "kernel/alloc/rivals/tcmalloc_thread_caches.hpp"

namespace signalbox::alloc {

using namespace tc;

namespace {

constexpr std::uint64_t pages_of(std::uint64_t bytes) { return (bytes >> tc::lg_page) + (bytes % page == 0 ? 0 : 1); }

std::unique_ptr<FrontEnd> make_front_end(ProcessMemory& memory, CentralLists& central, TcmallocFrontEnd kind,
                                         const TcmallocOptions& options) {
  if (kind == TcmallocFrontEnd::cpu) {
    return std::make_unique<CpuCaches>(memory, central, options.cpus, options.max_per_cpu_cache_bytes);
  }
  return std::make_unique<ThreadCaches>(memory, central, options.max_total_thread_cache_bytes);
}

}  // namespace

Tcmalloc::Tcmalloc(ProcessMemory& memory, TcmallocFrontEnd front_end, const TcmallocOptions& options)
    : memory_(memory),
      metadata_(memory),
      pages_(memory, metadata_, options.release_rate),
      central_(memory, pages_),
      front_end_(make_front_end(memory, central_, front_end, options)) {}

std::optional<unsigned> Tcmalloc::add_thread() {
  front_end_->add_thread(threads_);
  return threads_++;
}

VirtAddr Tcmalloc::allocate(unsigned thread, std::uint64_t bytes) {
  if (!last_words().empty()) return {};
  if (bytes > tc::small_max) return allocate_pages(pages_of(bytes));
  const unsigned size_class = class_of(bytes);
  const VirtAddr block = front_end_->take(thread, size_class);
  if (block != VirtAddr()) small_bytes_ += classes.of[size_class].bytes;
  return block;
}

VirtAddr Tcmalloc::allocate_pages(std::uint64_t pages) {
  const SpanId id = pages_.allocate(pages);
  if (is_none(id)) return {};
  ++large_blocks_;
  large_bytes_ += pages_.at(id).bytes();
  return pages_.at(id).begin;
}

// calloc clears whatever it gets: no page is known to be clear.
VirtAddr Tcmalloc::allocate_zeroed(unsigned thread, std::uint64_t bytes) {
  const VirtAddr block = allocate(thread, bytes);
  if (block != VirtAddr()) memory_.zero(block, bytes);
  return block;
}

// Up to a page the first class whose blocks are all aligned so; else whole pages, of which those in front and behind
// go back.
VirtAddr Tcmalloc::allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) {
  if (!last_words().empty() || bytes + alignment < bytes) return {};
  if (alignment < page && bytes <= tc::small_max) {
    for (unsigned i = class_of(bytes); i < classes.count; ++i) {
      if (classes.of[i].bytes % alignment == 0) return allocate(thread, classes.of[i].bytes);
    }
  }
  const std::uint64_t pages = std::max<std::uint64_t>(pages_of(bytes), 1);
  if (alignment <= page) return allocate_pages(pages);
  SpanId id = pages_.allocate(pages + (alignment >> tc::lg_page));
  if (is_none(id)) return {};
  const VirtAddr begin = pages_.at(id).begin;
  const VirtAddr aligned = (begin + (alignment - 1)).aligned_down(alignment);
  const std::uint64_t front = (aligned - begin) >> tc::lg_page;
  SpanId rest = id;
  if (front > 0) rest = pages_.cut(id, front);
  const bool has_tail = !is_none(rest) && pages_.at(rest).pages > pages;
  const SpanId tail = has_tail ? pages_.cut(rest, pages) : SpanId();
  if (front > 0) pages_.free(id);
  if (is_none(rest)) return {};
  if (!is_none(tail)) pages_.free(tail);
  ++large_blocks_;
  large_bytes_ += pages_.at(rest).bytes();
  return pages_.at(rest).begin;
}

SpanId Tcmalloc::block_at(VirtAddr at) {
  const SpanId id = pages_.find(at.aligned_down(page));
  if (is_none(id) || pages_.at(id).place != Span::Place::in_use) return {};
  const Span& span = pages_.at(id);
  return span.size_class == 0 && span.begin != at ? SpanId() : id;
}

void Tcmalloc::free(unsigned thread, VirtAddr at) {
  if (at == VirtAddr() || !last_words().empty()) return;
  const SpanId id = block_at(at);
  if (is_none(id)) {
    last_words_ = fmt::format("Attempt to free invalid pointer {:#x}", at.value());
    return;
  }
  const unsigned size_class = pages_.at(id).size_class;
  if (size_class == 0) {
    large_bytes_ -= pages_.at(id).bytes();
    pages_.free(id);
    return;
  }
  small_bytes_ -= classes.of[size_class].bytes;
  front_end_->give(thread, size_class, at);
}

// The size tells the class: no look into the page map.
void Tcmalloc::free_sized(unsigned thread, VirtAddr at, std::uint64_t bytes) {
  if (at == VirtAddr() || bytes > tc::small_max) return free(thread, at);
  if (!last_words().empty()) return;
  const unsigned size_class = class_of(bytes);
  small_bytes_ -= classes.of[size_class].bytes;
  front_end_->give(thread, size_class, at);
}

// Grows by a quarter at least, and moves to a smaller block only where that is less than half.
VirtAddr Tcmalloc::reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) {
  if (at == VirtAddr()) return allocate(thread, bytes);
  if (!last_words().empty()) return {};
  const std::uint64_t old = usable_size(at);
  if (old == 0) {
    last_words_ = fmt::format("Attempt to realloc invalid pointer {:#x}", at.value());
    return {};
  }
  if (bytes <= old && bytes >= old / 2) return at;
  VirtAddr moved;
  if (bytes > old && bytes < old + old / 4) moved = allocate(thread, old + old / 4);
  if (moved == VirtAddr()) moved = allocate(thread, bytes);
  if (moved == VirtAddr()) return {};
  memory_.copy(moved, at, std::min(old, bytes));
  free(thread, at);
  return moved;
}

std::uint64_t Tcmalloc::usable_size(VirtAddr at) {
  const SpanId id = block_at(at);
  if (is_none(id)) return 0;
  const Span& span = pages_.at(id);
  return span.size_class == 0 ? span.bytes() : classes.of[span.size_class].bytes;
}

void Tcmalloc::flush() {
  front_end_->flush();
  central_.flush();
}

// What caches hold counts as allocated; what central lists do is in pages that are active.
HeapTotals Tcmalloc::totals() {
  HeapTotals totals;
  totals.huge = large_bytes_;
  totals.allocated = small_bytes_ + front_end_->cached() + large_bytes_;
  totals.active = pages_.system_bytes() - pages_.normal_bytes() - pages_.returned_bytes();
  totals.dirty = pages_.normal_bytes();
  totals.mapped = totals.active + totals.dirty;
  totals.retained = pages_.returned_bytes();
  totals.free_extents = pages_.free_spans();
  totals.npurge = pages_.releases();
  totals.purged_pages = pages_.released_pages();
  totals.narenas = 1;
  return totals;
}

std::vector<AllocatorCount> Tcmalloc::counts() {
  std::vector<AllocatorCount> counts = front_end_->counts();
  counts.push_back({"central.nfills", central_.fills()});
  counts.push_back({"central.nslot_hits", central_.slot_hits()});
  counts.push_back({"central.curspans", central_.spans()});
  counts.push_back({"large.nmalloc", large_blocks_});
  counts.push_back({"page_heap.ngrowths", pages_.growths()});
  counts.push_back({"page_heap.nreleases", pages_.releases()});
  return counts;
}

std::string_view Tcmalloc::last_words() const {
  return last_words_.empty() && memory_.is_dead() ? "Segmentation fault" : std::string_view(last_words_);
}

std::string Tcmalloc::broken() {
  if (std::string what = front_end_->broken(); !what.empty()) return what;
  if (std::string what = central_.broken(); !what.empty()) return what;
  const HeapTotals now = totals();
  if (now.allocated > now.active) return "what is allocated is active";
  return {};
}

}  // namespace signalbox::alloc
