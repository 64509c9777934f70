#include "kernel/alloc/rivals/tcmalloc_thread_caches.hpp"

#include <algorithm>

namespace signalbox::alloc::tc {
namespace {

constexpr unsigned longest_list = 8192;
constexpr unsigned most_overages = 3;
constexpr std::int64_t steal_bytes = 64 << 10U;
constexpr std::int64_t least_cache = 512 << 10U;

}  // namespace

void ThreadCaches::add_thread(unsigned thread) {
  if (thread >= caches_.size()) caches_.resize(thread + 1);
  Cache& cache = caches_[thread];
  cache = Cache{};
  cache.is_there = true;
  raise_budget(cache);
  if (cache.most_bytes > 0) return;
  cache.most_bytes = least_cache;
  unclaimed_ -= least_cache;
}

void ThreadCaches::end_thread(unsigned thread) {
  Cache& cache = caches_[thread];
  for (unsigned i = 1; i < classes.count; ++i) give_back(cache, i, cache.lists[i].count);
  unclaimed_ += cache.most_bytes;
  cache.is_there = false;
  cache.most_bytes = 0;
}

VirtAddr ThreadCaches::pop(Cache& cache, unsigned size_class) {
  List& list = cache.lists[size_class];
  const VirtAddr block = list.first;
  list.first = VirtAddr(memory_.load(block));
  --list.count;
  list.low_water = std::min(list.low_water, list.count);
  cache.bytes -= classes.of[size_class].bytes;
  return block;
}

VirtAddr ThreadCaches::take(unsigned thread, unsigned size_class) {
  Cache& cache = caches_[thread];
  if (cache.lists[size_class].count == 0) return fetch(cache, size_class);
  ++hits_;
  return pop(cache, size_class);
}

// Slow start: a list may hold one block at first, one more with each fetch until it holds a batch, then a batch more.
VirtAddr ThreadCaches::fetch(Cache& cache, unsigned size_class) {
  List& list = cache.lists[size_class];
  const std::uint64_t bytes = classes.of[size_class].bytes;
  const unsigned batch = batch_of(bytes);
  ++fetches_;
  const BlockList blocks = central_.take(size_class, std::min(list.most, batch));
  if (blocks.count == 0) return {};
  if (blocks.count > 1) {
    list.first = VirtAddr(memory_.load(blocks.first));
    list.count = blocks.count - 1;
    cache.bytes += static_cast<std::int64_t>(bytes * list.count);
  }
  if (list.most < batch) {
    ++list.most;
  } else {
    const unsigned longer = std::min(list.most + batch, longest_list);
    list.most = longer - longer % batch;
  }
  return blocks.first;
}

void ThreadCaches::give(unsigned thread, unsigned size_class, VirtAddr block) {
  Cache& cache = caches_[thread];
  List& list = cache.lists[size_class];
  memory_.store(block, list.first.value());
  list.first = block;
  ++list.count;
  cache.bytes += classes.of[size_class].bytes;
  if (list.count > list.most) shorten(cache, size_class);
  if (cache.bytes >= cache.most_bytes) scavenge(cache);
}

void ThreadCaches::shorten(Cache& cache, unsigned size_class) {
  List& list = cache.lists[size_class];
  const unsigned batch = batch_of(classes.of[size_class].bytes);
  give_back(cache, size_class, batch);
  if (list.most < batch) {
    ++list.most;
  } else if (list.most > batch && ++list.overages > most_overages) {
    list.most -= batch;
    list.overages = 0;
  }
}

void ThreadCaches::give_back(Cache& cache, unsigned size_class, unsigned count) {
  const unsigned batch = batch_of(classes.of[size_class].bytes);
  for (unsigned left = std::min(count, cache.lists[size_class].count); left > 0;) {
    const unsigned some = std::min(left, batch);
    BlockList blocks{.first = cache.lists[size_class].first, .last = {}, .count = some};
    for (unsigned i = 0; i < some; ++i) blocks.last = pop(cache, size_class);
    memory_.store(blocks.last, 0);
    central_.give(size_class, blocks);
    ++returns_;
    left -= some;
  }
}

// Half of what was not needed since the last time goes back; the cache may then be larger, at the cost of others.
void ThreadCaches::scavenge(Cache& cache) {
  ++scavenges_;
  for (unsigned i = 1; i < classes.count; ++i) {
    List& list = cache.lists[i];
    if (list.low_water > 0) {
      give_back(cache, i, std::max(list.low_water / 2, 1U));
      const unsigned batch = batch_of(classes.of[i].bytes);
      if (list.most > batch) list.most = std::max(list.most - batch, batch);
    }
    list.low_water = list.count;
  }
  raise_budget(cache);
}

void ThreadCaches::raise_budget(Cache& cache) {
  if (unclaimed_ > 0) {
    unclaimed_ -= steal_bytes;
    cache.most_bytes += steal_bytes;
    return;
  }
  for (unsigned tries = 0; tries < 10; ++tries) {
    next_victim_ = next_victim_ + 1 < caches_.size() ? next_victim_ + 1 : 0;
    Cache& victim = caches_[next_victim_];
    if (&victim == &cache || !victim.is_there || victim.most_bytes <= least_cache) continue;
    victim.most_bytes -= steal_bytes;
    cache.most_bytes += steal_bytes;
    return;
  }
}

void ThreadCaches::flush() {
  for (Cache& cache : caches_) {
    for (unsigned i = 1; i < classes.count; ++i) give_back(cache, i, cache.lists[i].count);
  }
}

std::uint64_t ThreadCaches::cached() const {
  std::uint64_t bytes = 0;
  for (const Cache& cache : caches_) bytes += static_cast<std::uint64_t>(cache.bytes);
  return bytes;
}

std::vector<AllocatorCount> ThreadCaches::counts() const {
  return {{"thread_cache.nhits", hits_},
          {"thread_cache.nfills", fetches_},
          {"thread_cache.nflushes", returns_},
          {"thread_cache.nscavenges", scavenges_}};
}

std::string ThreadCaches::broken() const {
  for (const Cache& cache : caches_) {
    std::int64_t bytes = 0;
    for (unsigned i = 1; i < classes.count; ++i) {
      const List& list = cache.lists[i];
      bytes += std::int64_t{classes.of[i].bytes} * list.count;
      if (list.low_water > list.count) return "a low-water mark is no higher than the list is long";
      VirtAddr block = list.first;
      for (unsigned seen = 0; seen < list.count; ++seen) block = VirtAddr(memory_.peek(block).value_or(0));
    }
    if (bytes != cache.bytes) return "a cache's bytes are those of its lists";
  }
  return {};
}

}  // namespace signalbox::alloc::tc
