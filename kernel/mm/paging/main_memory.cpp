#include "kernel/mm/paging/main_memory.hpp"

#include <algorithm>
#include <utility>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

std::span<const ZoneKind> zones_of(const PageFormat& format) {
  return format.entry_bytes == 8 ? x86_64_zones() : x86_32_zones();
}

std::uint32_t swap_slots(const MemoryConfig& config) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(pages_of(config.swap_bytes), most_swap_slots(*config.format)));
}

// Of two levels, entries map 4 MiB; Linux has no huge pages there (HAVE_ARCH_TRANSPARENT_HUGEPAGE).
bool has_huge_pages(const PageFormat& format) {
  return format.levels[format.large_level()].entry_span() == huge_page_bytes;
}

CommitRules commit_rules(const MemoryConfig& config) {
  return {.mode = config.overcommit, .ram_pages = pages_of(config.bytes), .swap_pages = swap_slots(config)};
}

PageContent content_of(const CachedPages& cache) {
  return cache.kind() == PageStore::Kind::file ? PageContent::file : PageContent::shared;
}

}  // namespace

MainMemory::MainMemory(std::span<std::byte> arena, const MemoryConfig& config, TlbFlusher& tlbs,
                       const MemoryClock& clock)
    : config_(config),
      tlbs_(tlbs),
      frames_(arena, zones_of(*config.format)),
      commits_(commit_rules(config)),
      records_(frames_.frames()),
      swap_(swap_slots(config)),
      shortage_(frames_, swap_, *this, clock, config.shortage),
      huge_(frames_.frames()),
      huge_scan_(*this, config.huge_page_scan) {
  map_rules_.has_swap = swap_.slots() > 0;
  map_rules_.has_huge_pages = has_huge_pages(*config.format);
  CHECK(config.huge_pages == HugePagePolicy::never || map_rules_.has_huge_pages, "x86-64 has pages of 2 MiB");
  const auto zeros = frames_.allocate({.urgency = FrameUrgency::reclaimer});
  CHECK(zeros, "a machine has RAM");
  zero_page_ = *zeros;
  frames_.clear(zero_page_);
}

MainMemory::~MainMemory() {
  while (!caches_.empty()) caches_.front().store().pages.reset();
}

std::vector<BlockRequest> MainMemory::take_requests() { return std::exchange(requests_, {}); }

std::optional<FrameNumber> MainMemory::take_frame(FrameUrgency urgency) {
  const auto above_low = frames_.allocate({.urgency = urgency});
  return above_low ? above_low : frames_.allocate({.watermark = WatermarkLevel::min, .urgency = urgency});
}

void MainMemory::let_go(FrameNumber page) {
  if (frames_.frame(page).references == 1) {
    CHECK(records_[page].mappings == 0, "a mapping is a reference");
    shortage_.removed(page);
    records_[page] = {};
  }
  frames_.put(page);
}

void MainMemory::mark_dirty(FrameNumber page) {
  PageRecord& record = records_[page];
  record.is_dirty = true;
  if (record.content == PageContent::file) shortage_.dirtied(page);
}

// zap_pte_range, page_remove_rmap and free_page_and_swap_cache of 6.1.
void MainMemory::unmapped(FrameNumber page, PageMapping mapping, PageEntry entry) {
  records_.remove_mapping(page, mapping);
  if (frames_.frame(page).references > 1) shortage_.left(page, mapping.space->id());
  entry_left(page, entry);
}

void MainMemory::entry_left(FrameNumber page, PageEntry entry) {
  const PageRecord& record = records_[page];
  if (entry.has(page_bit::dirty)) mark_dirty(page);
  if (record.content != PageContent::anonymous && entry.has(page_bit::accessed)) shortage_.touched(page);
  if (record.content == PageContent::anonymous && record.mappings == 0 && record.has_slot &&
      record.transfer == PageTransfer::none && swap_.uses(record.slot) == 1)
    leave_swap_cache(page);
  let_go(page);
}

Result<BlockRequest> MainMemory::begin_object_read(CachedPages& cache, std::uint64_t page, FrameUrgency urgency) {
  const auto frame = take_frame(urgency);
  if (!frame) return Errno::enomem;
  const CachedPages::Place* const place = cache.find(page);
  std::optional<EvictionShadow> shadow;
  PageRecord& record = records_[*frame];
  record.enter_cache(content_of(cache), cache, page);
  if (cache.kind() == PageStore::Kind::file) {
    if (place != nullptr) shadow = std::get<EvictionShadow>(*place);
  } else {
    record.slot = std::get<SwapSlot>(*place);
    record.has_slot = true;
    shadow = swap_.take_shadow(record.slot);
  }
  entered_cache(record);
  cache.set(page, *frame);
  shortage_.added(*frame, cache.kind() == PageStore::Kind::file ? PageKind::file : PageKind::anonymous, shadow);
  return begin_transfer(*frame, BlockRequest::Direction::read);
}

std::optional<FrameNumber> MainMemory::make_zeroed(CachedPages& cache, std::uint64_t page, FrameUrgency urgency) {
  const auto frame = take_frame(urgency);
  if (!frame) return std::nullopt;
  frames_.clear(*frame);
  PageRecord& record = records_[*frame];
  const bool is_file = cache.kind() == PageStore::Kind::file;
  record.enter_cache(content_of(cache), cache, page);
  entered_cache(record);
  const CachedPages::Place* const place = cache.find(page);
  std::optional<EvictionShadow> shadow;
  if (is_file && place != nullptr) shadow = std::get<EvictionShadow>(*place);
  cache.set(page, *frame);
  shortage_.added(*frame, is_file ? PageKind::file : PageKind::anonymous, shadow);
  return frame;
}

void MainMemory::entered_cache(const PageRecord& record) {
  ++records_.counts().cached;
  if (record.content == PageContent::shared) ++records_.counts().shared;
}

void MainMemory::left_cache(const PageRecord& record) {
  --records_.counts().cached;
  if (record.content == PageContent::shared) --records_.counts().shared;
}

// The request for what the record says; the page is busy from now on, and that is a reference.
BlockRequest MainMemory::begin_transfer(FrameNumber page, BlockRequest::Direction direction) {
  PageRecord& record = records_[page];
  const bool is_read = direction == BlockRequest::Direction::read;
  record.transfer = is_read ? PageTransfer::reading : PageTransfer::writing;
  if (!is_read) ++records_.counts().writing;
  frames_.get(page);
  if (record.content == PageContent::file) {
    ++(is_read ? events_.pages_in : events_.pages_out);
    return {.direction = direction,
            .device = BlockRequest::Device::file,
            .block = record.cache()->store().block_of(record.index),
            .frame = page};
  }
  ++(is_read ? events_.swapped_in : events_.swapped_out);
  return {.direction = direction, .device = BlockRequest::Device::swap, .block = record.slot.value(), .frame = page};
}

void MainMemory::finished(const BlockRequest& request) {
  const FrameNumber page = request.frame;
  PageRecord& record = records_[page];
  CHECK(record.transfer != PageTransfer::none, "only what began ends");
  move_bytes(request);
  const bool is_read = std::exchange(record.transfer, PageTransfer::none) == PageTransfer::reading;
  if (!is_read) {
    --records_.counts().writing;
    shortage_.written(page);
  }
  if (is_read && record.content == PageContent::shared && record.cache() != nullptr) {
    // Shared memory keeps no copy in swap (shmem_swapin_folio).
    swap_.put(record.slot);
    record.has_slot = false;
    record.is_dirty = true;
  }
  if (record.content == PageContent::anonymous && record.mappings == 0 && record.has_slot &&
      swap_.uses(record.slot) == 1)
    leave_swap_cache(page);
  let_go(page);
}

// Whose object or slot went in the meantime is moved nowhere.
void MainMemory::move_bytes(const BlockRequest& request) {
  const PageRecord& record = records_[request.frame];
  const std::span<std::byte> bytes = frames_.bytes(request.frame);
  const bool is_read = request.direction == BlockRequest::Direction::read;
  if (record.has_slot) {
    is_read ? swap_.read(record.slot, bytes) : swap_.write(record.slot, bytes);
  } else if (record.content == PageContent::file && record.cache() != nullptr) {
    PageStore& store = record.cache()->store();
    is_read ? store.read(record.index, bytes) : store.write(record.index, bytes);
  }
}

std::vector<BlockRequest> MainMemory::start_writes(PageStore& store, std::uint64_t first_page,
                                                   std::uint64_t last_page) {
  std::vector<BlockRequest> requests;
  if (store.kind() != PageStore::Kind::file) return requests;
  CachedPages::of(store, *this).visit(first_page, last_page, [&](std::uint64_t, const auto& place) {
    const FrameNumber* const page = std::get_if<FrameNumber>(&place);
    if (page != nullptr && is_dirty(*page) && !is_busy(*page)) requests.push_back(shortage_.start_write(*page));
  });
  return requests;
}

void MainMemory::unmap_from(const CachedPages& cache, std::uint64_t first) {
  if (!cache.is_copied) return;  // who maps the pages themselves is known of each
  for (const auto& [id, space] : spaces_) space->lose_pages(cache.store(), first);
}

void MainMemory::remove_pages(CachedPages& cache, std::uint64_t first, std::uint64_t last) {
  cache.visit(first, last, [&](std::uint64_t index, const CachedPages::Place& place) {
    cache.forget(index);
    if (const SwapSlot* const slot = std::get_if<SwapSlot>(&place)) swap_.put(*slot);
    const FrameNumber* const page = std::get_if<FrameNumber>(&place);
    if (page == nullptr) return;
    records_.each_mapping(*page, [&](PageMapping mapping) { mapping.space->lose_page(mapping.at); });
    PageRecord& record = records_[*page];
    if (record.has_slot) swap_.put(record.slot);
    record.has_slot = false;
    if (record.is_dirty) shortage_.cleaned(*page);
    record.is_dirty = false;
    left_cache(record);
    record.leave_cache();
    let_go(*page);
  });
}

}  // namespace signalbox
