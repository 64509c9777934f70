#include "kernel/alloc/rivals/tcmalloc_cpu_caches.hpp"

#include <algorithm>

namespace signalbox::alloc::tc {
namespace {

constexpr std::size_t most_slots = 2048;  // of a class

}  // namespace

CpuCaches::CpuCaches(ProcessMemory& memory, CentralLists& central, unsigned cpus, std::uint64_t cpu_bytes)
    : memory_(memory), central_(central), caches_(cpus), cpu_bytes_(cpu_bytes) {
  for (Cache& cache : caches_) cache.spare_bytes = cpu_bytes;
}

VirtAddr CpuCaches::take(unsigned thread, unsigned size_class) {
  Cache& cache = caches_[cpu_of(thread)];
  Slots& slots = cache.classes[size_class];
  if (slots.blocks.empty()) {
    ++underflows_;
    const std::size_t wanted = resize(cache, size_class, false);
    const BlockList blocks = central_.take(size_class, static_cast<unsigned>(wanted));
    if (blocks.count == 0) return {};
    VirtAddr block = blocks.first;
    for (unsigned i = 0; i < blocks.count; ++i) {
      slots.blocks.push_back(block);
      block = VirtAddr(memory_.load(block));
    }
    std::ranges::reverse(slots.blocks);
  } else {
    ++hits_;
  }
  const VirtAddr block = slots.blocks.back();
  slots.blocks.pop_back();
  return block;
}

void CpuCaches::give(unsigned thread, unsigned size_class, VirtAddr block) {
  Cache& cache = caches_[cpu_of(thread)];
  Slots& slots = cache.classes[size_class];
  slots.blocks.push_back(block);
  if (slots.blocks.size() <= slots.capacity) return;
  ++overflows_;
  give_back(slots, size_class, resize(cache, size_class, true));
}

// A class whose cache was too small grows: to two batches one by one, beyond that a batch if it was first too full and
// then too empty, or the other way round, for then a larger one would have served both. Answers how many blocks to
// move: a batch, or half of what there is room for if that is less.
std::size_t CpuCaches::resize(Cache& cache, unsigned size_class, bool is_full) {
  Slots& slots = cache.classes[size_class];
  const std::size_t batch = batch_of(classes.of[size_class].bytes);
  const bool has_turned = slots.was_full != is_full;
  slots.was_full = is_full;
  std::size_t by = 0;
  if (slots.capacity < 2 * batch) {
    by = !is_full && slots.capacity < batch ? batch - slots.capacity : 1;
  } else if (has_turned) {
    by = batch;
  }
  grow(cache, size_class, std::min(by, most_slots - std::min(most_slots, slots.capacity)));
  return slots.capacity + 1 >= batch ? batch : std::max<std::size_t>(1, (slots.capacity + 1) / 2);
}

void CpuCaches::grow(Cache& cache, unsigned size_class, std::size_t by) {
  const std::uint64_t bytes = classes.of[size_class].bytes;
  if (cache.spare_bytes < by * bytes) steal(cache, size_class, by * bytes - cache.spare_bytes);
  const std::size_t possible = std::min<std::uint64_t>(by, cache.spare_bytes / bytes);
  cache.spare_bytes -= possible * bytes;
  cache.classes[size_class].capacity += possible;
}

// From the other classes in turn: room that is not used first is not told apart, so blocks above it go back.
void CpuCaches::steal(Cache& cache, unsigned size_class, std::uint64_t bytes) {
  std::uint64_t stolen = 0;
  for (unsigned seen = 0; seen < classes.count && stolen < bytes; ++seen) {
    cache.next_victim = cache.next_victim + 1 >= classes.count ? 1 : cache.next_victim + 1;
    Slots& victim = cache.classes[cache.next_victim];
    if (cache.next_victim == size_class || victim.capacity == 0) continue;
    const std::uint64_t each = classes.of[cache.next_victim].bytes;
    const std::size_t batch = std::min<std::size_t>(victim.capacity, batch_of(each));
    const std::size_t count = std::min<std::uint64_t>(batch, (bytes - stolen + each - 1) / each);
    victim.capacity -= count;
    if (victim.blocks.size() > victim.capacity) {
      give_back(victim, cache.next_victim, victim.blocks.size() - victim.capacity);
    }
    stolen += count * each;
  }
  stolen_bytes_ += stolen;
  cache.spare_bytes += stolen;
}

// Links them, the last freed first, as the central lists take them; in batches.
void CpuCaches::give_back(Slots& slots, unsigned size_class, std::size_t count) {
  const std::size_t batch = batch_of(classes.of[size_class].bytes);
  for (std::size_t left = std::min(count, slots.blocks.size()); left > 0;) {
    const std::size_t some = std::min(left, batch);
    BlockList blocks;
    for (std::size_t i = 0; i < some; ++i) {
      const VirtAddr block = slots.blocks.back();
      slots.blocks.pop_back();
      memory_.store(block, blocks.first.value());
      if (blocks.count++ == 0) blocks.last = block;
      blocks.first = block;
    }
    central_.give(size_class, blocks);
    left -= some;
  }
}

void CpuCaches::flush() {
  for (Cache& cache : caches_) {
    for (unsigned i = 1; i < classes.count; ++i) give_back(cache.classes[i], i, cache.classes[i].blocks.size());
  }
}

std::uint64_t CpuCaches::cached() const {
  std::uint64_t bytes = 0;
  for (const Cache& cache : caches_) {
    for (unsigned i = 1; i < classes.count; ++i) bytes += cache.classes[i].blocks.size() * classes.of[i].bytes;
  }
  return bytes;
}

std::vector<AllocatorCount> CpuCaches::counts() const {
  return {{"cpu_cache.nhits", hits_},
          {"cpu_cache.nunderflows", underflows_},
          {"cpu_cache.noverflows", overflows_},
          {"cpu_cache.stolen_bytes", stolen_bytes_}};
}

std::string CpuCaches::broken() const {
  for (const Cache& cache : caches_) {
    std::uint64_t bytes = cache.spare_bytes;
    for (unsigned i = 1; i < classes.count; ++i) {
      bytes += cache.classes[i].capacity * classes.of[i].bytes;
      const std::size_t batch = batch_of(classes.of[i].bytes);
      if (cache.classes[i].blocks.size() > std::max(cache.classes[i].capacity, batch)) return "a class keeps its room";
    }
    if (bytes != cpu_bytes_) return "a CPU's bytes are spare or some class's";
  }
  return {};
}

}  // namespace signalbox::alloc::tc
