#include "kernel/alloc/rivals/tcmalloc_central.hpp"

#include <algorithm>

namespace signalbox::alloc::tc {
namespace {

constexpr unsigned slots_at_first = 16;
constexpr unsigned slots_at_most = 64;
constexpr std::uint64_t slot_bytes_at_most = 1 << 20U;

}  // namespace

CentralLists::CentralLists(ProcessMemory& memory, PageHeap& pages) : memory_(memory), pages_(pages) {
  for (unsigned i = 1; i < classes.count; ++i) {
    const std::uint64_t batch = std::uint64_t{classes.of[i].bytes} * batch_of(classes.of[i].bytes);
    const std::uint64_t fit = std::max<std::uint64_t>(1, slot_bytes_at_most / batch);
    centrals_[i].most_slots = static_cast<unsigned>(std::min<std::uint64_t>(slots_at_most, fit));
    centrals_[i].most_slots_now = std::min(slots_at_first, centrals_[i].most_slots);
  }
}

BlockList CentralLists::take(unsigned size_class, unsigned count) {
  Central& central = centrals_[size_class];
  const Locked lock(central.mutex);
  ++fills_;
  if (count == batch_of(classes.of[size_class].bytes) && !central.slots.empty()) {
    ++slot_hits_;
    const BlockList batch = central.slots.back();
    central.slots.pop_back();
    return batch;
  }
  BlockList blocks;
  while (blocks.count < count) {
    if (take_from_span(size_class, count - blocks.count, blocks) > 0) continue;
    if (blocks.count > 0 || !populate(size_class)) break;
  }
  return blocks;
}

unsigned CentralLists::take_from_span(unsigned size_class, unsigned count, BlockList& blocks) {
  Central& central = centrals_[size_class];
  const SpanId id = central.with_free.first;
  if (is_none(id)) return 0;
  Span& span = pages_.at(id);
  unsigned taken = 0;
  const VirtAddr first = span.objects;
  VirtAddr last;
  while (taken < count && span.objects != VirtAddr()) {
    last = span.objects;
    span.objects = VirtAddr(memory_.load(last));
    ++taken;
  }
  if (span.objects == VirtAddr()) {
    pages_.remove(central.with_free, id);
    pages_.push(central.without, id);
  }
  memory_.store(last, blocks.first.value());
  if (blocks.count == 0) blocks.last = last;
  blocks.first = first;
  blocks.count += taken;
  span.used += taken;
  central.free_blocks -= taken;
  return taken;
}

// A new span, cut into blocks from end to end: each is touched, for it gets its link.
bool CentralLists::populate(unsigned size_class) {
  const SizeClass size = classes.of[size_class];
  const SpanId id = pages_.allocate(size.pages);
  if (is_none(id)) return false;
  pages_.set_class(id, static_cast<std::uint8_t>(size_class));
  Span& span = pages_.at(id);
  const std::uint64_t count = span.bytes() / size.bytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const VirtAddr block = span.begin + i * size.bytes;
    memory_.store(block, i + 1 < count ? (block + size.bytes).value() : 0);
  }
  span.objects = span.begin;
  span.used = 0;
  ++spans_;
  pages_.push(centrals_[size_class].with_free, id);
  centrals_[size_class].free_blocks += count;
  return true;
}

void CentralLists::give(unsigned size_class, BlockList blocks) {
  Central& central = centrals_[size_class];
  const Locked lock(central.mutex);
  if (blocks.count == batch_of(classes.of[size_class].bytes) && make_room(size_class)) {
    central.slots.push_back(blocks);
    return;
  }
  give_to_spans(size_class, blocks.first);
}

void CentralLists::give_to_spans(unsigned size_class, VirtAddr first) {
  while (first != VirtAddr()) {
    const VirtAddr next(memory_.load(first));
    give_to_span(size_class, first);
    first = next;
  }
}

// A span of which no block is used any more goes back.
void CentralLists::give_to_span(unsigned size_class, VirtAddr block) {
  Central& central = centrals_[size_class];
  const SpanId id = pages_.find(block.aligned_down(page));
  Span& span = pages_.at(id);
  if (span.objects == VirtAddr()) {
    pages_.remove(central.without, id);
    pages_.push(central.with_free, id);
  }
  memory_.store(block, span.objects.value());
  span.objects = block;
  ++central.free_blocks;
  if (--span.used > 0) return;
  pages_.remove(central.with_free, id);
  central.free_blocks -= span.bytes() / classes.of[size_class].bytes;
  --spans_;
  pages_.free(id);
}

bool CentralLists::make_room(unsigned size_class) {
  Central& central = centrals_[size_class];
  if (central.slots.size() < central.most_slots_now) return true;
  if (central.most_slots_now == central.most_slots) return false;
  if (!evict_from_another(size_class, false) && !evict_from_another(size_class, true)) return false;
  ++central.most_slots_now;
  return true;
}

// The classes lose a slot in turn; by force even one that is in use.
bool CentralLists::evict_from_another(unsigned size_class, bool is_forced) {
  next_victim_ = next_victim_ + 1 >= classes.count ? 1 : next_victim_ + 1;
  if (next_victim_ == size_class) return false;
  Central& victim = centrals_[next_victim_];
  if (victim.most_slots_now == 0) return false;
  if (!is_forced && victim.slots.size() == victim.most_slots_now) return false;
  const Locked lock(victim.mutex);
  --victim.most_slots_now;
  if (victim.slots.size() > victim.most_slots_now) {
    const BlockList batch = victim.slots.back();
    victim.slots.pop_back();
    give_to_spans(next_victim_, batch.first);
  }
  return true;
}

void CentralLists::flush() {
  for (unsigned i = 1; i < classes.count; ++i) {
    while (!centrals_[i].slots.empty()) {
      const BlockList batch = centrals_[i].slots.back();
      centrals_[i].slots.pop_back();
      give_to_spans(i, batch.first);
    }
  }
}

std::uint64_t CentralLists::free_bytes() const {
  std::uint64_t bytes = 0;
  for (unsigned i = 1; i < classes.count; ++i) {
    std::uint64_t blocks = centrals_[i].free_blocks;
    for (const BlockList& slot : centrals_[i].slots) blocks += slot.count;
    bytes += blocks * classes.of[i].bytes;
  }
  return bytes;
}

std::uint64_t CentralLists::locks() const {
  std::uint64_t taken = 0;
  for (const Central& each : centrals_) taken += each.mutex.taken();
  return taken;
}

std::string CentralLists::broken() {
  for (unsigned i = 1; i < classes.count; ++i) {
    std::uint64_t free = 0;
    for (SpanId id = centrals_[i].with_free.first; !is_none(id); id = pages_.at(id).next) {
      const Span& span = pages_.at(id);
      const std::uint64_t all = span.bytes() / classes.of[i].bytes;
      std::uint64_t listed = 0;
      for (VirtAddr block = span.objects; block != VirtAddr() && listed <= all; ++listed) {
        if (block < span.begin || block >= span.end()) return "a span's free blocks are its own";
        block = VirtAddr(memory_.peek(block).value_or(0));
      }
      if (listed + span.used != all) return "a span's blocks are free or used";
      if (span.size_class != i || span.used == 0) return "a central list has spans of its class that are used";
      free += listed;
    }
    for (SpanId id = centrals_[i].without.first; !is_none(id); id = pages_.at(id).next) {
      const Span& span = pages_.at(id);
      if (span.used != span.bytes() / classes.of[i].bytes) return "a span without free blocks is used up";
    }
    if (free != centrals_[i].free_blocks) return "free blocks are counted";
    if (centrals_[i].slots.size() > centrals_[i].most_slots_now) return "slots are as many as may be";
  }
  return pages_.broken();
}

}  // namespace signalbox::alloc::tc
