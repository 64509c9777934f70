// A page of a file or of shared memory: do_read_fault, do_cow_fault and do_shared_fault of mm/memory.c,
// filemap_map_pages of mm/filemap.c, 6.1.
#include <algorithm>
#include <cstring>

#include "kernel/mm/paging/cached_pages.hpp"
#include "kernel/mm/paging/entry_rights.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t fault_around_bytes = 65'536;

std::uint64_t pages_in(const MemoryObject& object) { return pages_of(page_aligned(object.bytes())); }

}  // namespace

FaultPlan UserSpace::fault_in_object(const Fault& fault) {
  using enum FaultPlan::Step;
  PageStore* const store = fault.vma.object->store();
  const std::uint64_t index = fault.vma.page_offset_of(fault.page);
  if (store == nullptr || index >= pages_in(*fault.vma.object)) return {.step = bus_error};
  CachedPages& cache = CachedPages::of(*store, memory_);
  auto cached = cache.frame(index);
  FaultPlan plan;
  if (!cached) {
    if (memory_.has_fixed_allocation() && memory_.is_at_allowance(*this)) return {.step = reclaim};
    if (cache.needs_read(index)) {
      const Result<BlockRequest> request = memory_.begin_object_read(cache, index, fault.urgency);
      return request ? FaultPlan{.step = read, .request = *request} : FaultPlan{.step = reclaim};
    }
    cached = memory_.make_zeroed(cache, index, fault.urgency);
    if (!cached) return {.step = reclaim};
    ++plan.work.pages_zeroed;
  } else if (memory_.records_[*cached].transfer == PageTransfer::reading) {
    return {.step = wait, .request = {.device = BlockRequest::Device::file, .frame = *cached}};
  }
  const bool is_copy = fault.is_write && !fault.vma.has(vma_flag::shared);
  const FaultPlan mapped = is_copy ? copy_of_object(fault, *cached) : map_object_page(fault, *cached);
  plan.step = mapped.step;
  plan.work += mapped.work;
  if (!fault.is_write && plan.step == retry) map_neighbours(fault, cache, plan.work);
  return plan;
}

FaultPlan UserSpace::copy_of_object(const Fault& fault, FrameNumber cached) {
  map_.prepare_family(fault.vma);
  const auto copy = memory_.take_frame_for(*this, fault.urgency);
  if (!copy) return {.step = FaultPlan::Step::reclaim};
  FaultPlan plan;
  const PageEntry entry(*copy, entry_rights(fault.vma.flags) | page_bit::writable | page_bit::dirty);
  if (!put_entry(fault, entry, plan.work)) {
    memory_.let_go(*copy);
    return {.step = FaultPlan::Step::reclaim};
  }
  std::memcpy(memory_.frames_.bytes(*copy).data(), memory_.frames_.bytes(cached).data(), page_bytes);
  ++plan.work.pages_copied;
  memory_.records_[cached].cache()->is_copied = true;
  own_page(fault, *copy);
  return plan;
}

FaultPlan UserSpace::map_object_page(const Fault& fault, FrameNumber cached) {
  FaultPlan plan;
  std::uint64_t bits = entry_rights(fault.vma.flags);
  if (may_write_untold(fault.vma.flags, fault.vma.object->store()->kind())) bits |= page_bit::writable;
  if (fault.is_write) bits |= page_bit::writable | page_bit::dirty;
  if (!put_entry(fault, PageEntry(cached, bits), plan.work)) return {.step = FaultPlan::Step::reclaim};
  memory_.frames_.get(cached);
  add_mapping(fault.vma, cached, fault.page);
  if (fault.is_write) memory_.mark_dirty(cached);
  return plan;
}

// Those of the 16 pages around that are in memory already, where nothing is mapped: their table is there.
void UserSpace::map_neighbours(const Fault& fault, CachedPages& cache, MemoryWork& work) {
  const Vma& vma = fault.vma;
  const VirtAddr window = fault.page.aligned_down(fault_around_bytes);
  const VirtAddr begin = std::max(window, vma.range.begin);
  const VirtAddr end = std::min(window + fault_around_bytes, vma.range.end);
  const std::uint64_t first = vma.page_offset_of(begin);
  const std::uint64_t last = std::min(first + pages_of(end - begin), pages_in(*vma.object)) - 1;
  const bool is_writable = may_write_untold(vma.flags, cache.kind());
  const std::uint64_t bits = entry_rights(vma.flags) | (is_writable ? page_bit::writable : 0);
  const PhysAddr first_slot(tables_.look_up(fault.page).last().slot.value() -
                            pages_of(fault.page - begin) * tables_.format().entry_bytes);
  cache.visit(first, last, [&](std::uint64_t index, const CachedPages::Place& place) {
    const FrameNumber* const page = std::get_if<FrameNumber>(&place);
    if (page == nullptr || memory_.records_[*page].transfer == PageTransfer::reading) return;
    const VirtAddr at = begin + ((index - first) << page_shift);
    const PhysAddr there = first_slot + (index - first) * tables_.format().entry_bytes;
    if (tables_.format().read(memory_.frames_, there).bits() != 0) return;
    set(there, PageEntry(*page, bits));
    memory_.frames_.get(*page);
    add_mapping(vma, *page, at);
    ++work.pages_mapped;
  });
}

void UserSpace::read_object_ahead(const Vma& vma, PageRange range) {
  if (vma.object->store() == nullptr) return;
  CachedPages& cache = CachedPages::of(*vma.object->store(), memory_);
  const std::uint64_t end = std::min(vma.page_offset_of(range.end), pages_in(*vma.object));
  bool has_frames = true;
  for (std::uint64_t index = vma.page_offset_of(range.begin); index < end && has_frames; ++index) {
    if (!cache.needs_read(index)) continue;
    const Result<BlockRequest> request = memory_.begin_object_read(cache, index, FrameUrgency::ordinary);
    has_frames = request.has_value();
    if (request) memory_.requests_.push_back(*request);
  }
}

}  // namespace signalbox
