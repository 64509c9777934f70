#include "kernel/mm/walk_cache.hpp"

namespace signalbox {
namespace {

LookupKey key_of(const PageLevel& level, VirtAddr at, Asid asid) { return LookupKey(at.value() >> level.shift, asid); }

}  // namespace

WalkCache::WalkCache(const WalkCacheGeometry& geometry) {
  for (const unsigned entries : geometry) {
    if (entries == 0) return;
    caches_.emplace_back(CacheGeometry{.sets = 1, .ways = entries});
  }
}

AssociativeArray<WalkStart>* WalkCache::of_level(const PageFormat& format, unsigned level) {
  const unsigned distance = format.last_level() - 1 - level;
  return distance < caches_.size() ? &caches_[distance] : nullptr;
}

WalkStart WalkCache::start(const PageFormat& format, PhysAddr root, VirtAddr at, Asid asid) {
  for (unsigned level = format.last_level(); level-- > 0;) {
    auto* const cache = of_level(format, level);
    if (cache == nullptr) break;
    if (const WalkStart* known = cache->touch(key_of(format.levels[level], at, asid))) return *known;
  }
  return {.table = root};
}

void WalkCache::learn(const PageFormat& format, const WalkStart& from, const Walk& walk, VirtAddr at, Asid asid) {
  PageRights rights = from.rights;
  for (unsigned i = 0; i + 1 < walk.accesses; ++i) {
    const WalkStep& step = walk.steps[i];
    rights = rights.narrowed_by(step.entry);
    auto* const cache = of_level(format, step.level);
    if (cache == nullptr) continue;
    const WalkStart below{.table = step.entry.address(), .level = step.level + 1, .rights = rights};
    cache->insert(key_of(format.levels[step.level], at, asid), below);
  }
}

void WalkCache::forget_all(Asid asid) {
  for (auto& cache : caches_) cache.forget_all(asid);
}

}  // namespace signalbox
