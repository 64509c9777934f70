// The allocator on random calls over a fake source that also fails: blocks never overlap and keep their contents, and
// every invariant of kernel/alloc/invariants.hpp holds after each step. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "kernel/alloc/heap_totals.hpp"
#include "kernel/alloc/invariants.hpp"
#include "kernel/base/prng.hpp"
#include "tests/support/alloc_rig.hpp"

namespace signalbox::allocator_property_test {

using namespace alloc;

template <class P>
class RandomCalls {
 public:
  using Cache = ThreadCache<P>;

  RandomCalls(std::uint64_t seed, const HeapOptions& options) : random_(seed), rig_(options) {
    for (Cache*& cache : caches_) cache = rig_.heap.adopt_cache();
  }

  void step() {
    Cache& cache = *caches_[random_.below(caches_.size())];
    rig_.clock.time += Duration(static_cast<std::int64_t>(random_.below(50'000'000)));
    switch (random_.below(16)) {
      case 0:
        return rig_.heap.flush(cache);
      case 1:
        return random_.below(4) == 0 ? rig_.heap.purge() : rig_.heap.age();
      case 2:
        return fail_soon();
      case 3:
        return change_owner();
      case 4:
      case 5:
        return reallocate(cache);
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
        return free_one(cache);
      default:
        return allocate(cache);
    }
  }

  void check() {
    InvariantWalk walk(rig_.heap);
    RC_ASSERT(walk.broken() == "");
    RC_ASSERT(!rig_.source.was_misused());
    RC_ASSERT(walk.pages_seen() * page_size <= rig_.source.calls().mapped_bytes);
    std::uint64_t cached = 0;
    for (Cache* cache : caches_) {
      for (const CacheBin& bin : cache->bins) {
        cached += bin.count;
        RC_ASSERT(bin.count <= bin.capacity && bin.low_water <= bin.count);
      }
    }
    RC_ASSERT(walk.given_out() == live_.size() + cached);
    if (P::is_checked) RC_ASSERT(walk.in_use() == live_.size());
    const HeapTotals totals = totals_of(rig_.heap);
    RC_ASSERT(totals.requested <= totals.allocated && totals.allocated <= totals.active);
    std::uint64_t requested = 0;
    for (const auto& [at, block] : live_) requested += block.bytes;
    if (keeps_requests<P>) RC_ASSERT(totals.requested == requested);
  }

  void finish() {
    rig_.source.never_fail();
    while (!live_.empty()) free_one(*caches_[0]);
    for (Cache* cache : caches_) rig_.heap.flush(*cache);
    check();
    for (unsigned i = 0; i < rig_.heap.arenas().arena_count(); ++i) {
      RC_ASSERT(rig_.heap.arenas().arena(ArenaId(static_cast<std::uint16_t>(i))).pages().stats().active_pages == 0U);
    }
  }

 private:
  struct Live {
    std::uint64_t bytes;
    std::uint64_t alignment;
    std::byte pattern;
  };

  std::uint64_t some_size() {
    switch (random_.below(8)) {
      case 0:
        return random_.below(std::uint64_t{6} << 20U);
      case 1:
        return random_.below(200'000);
      case 2:
        return random_.below(15'000);
      default:
        return random_.below(1024);
    }
  }

  // Contents at both ends are enough to see an overlap, for neighbours begin and end there.
  static constexpr std::uint64_t edge = 32;
  void write(VirtAddr at, const Live& block) {
    const std::uint64_t bytes = std::min(block.bytes, edge);
    rig_.source.fill(at, bytes, block.pattern);
    rig_.source.fill(at + (block.bytes - bytes), bytes, block.pattern);
  }
  void expect_contents(VirtAddr at, const Live& block) {
    const std::uint64_t bytes = std::min(block.bytes, edge);
    RC_ASSERT(rig_.source.holds(at, bytes, block.pattern));
    RC_ASSERT(rig_.source.holds(at + (block.bytes - bytes), bytes, block.pattern));
  }

  void own(VirtAddr at, std::uint64_t bytes, std::uint64_t alignment) {
    RC_ASSERT(at.value() % alignment == 0U);
    RC_ASSERT(rig_.heap.usable_size(at) >= std::max<std::uint64_t>(bytes, 1));
    const auto after = live_.lower_bound(at);
    if (after != live_.end()) RC_ASSERT((at + rig_.heap.usable_size(at)) <= after->first);
    if (after != live_.begin()) {
      const VirtAddr before = std::prev(after)->first;
      RC_ASSERT((before + rig_.heap.usable_size(before)) <= at);
    }
    const Live block{bytes, alignment, static_cast<std::byte>(1 + random_.below(255))};
    live_.emplace(at, block);
    write(at, block);
  }

  void allocate(Cache& cache) {
    const std::uint64_t bytes = some_size();
    const std::uint64_t how = random_.below(8);
    const std::uint64_t alignment = how == 0 ? std::uint64_t{1} << (3 + random_.below(14)) : 0;
    const VirtAddr at = alignment != 0 ? rig_.heap.allocate_aligned(cache, alignment, bytes)
                        : how == 1     ? rig_.heap.allocate_zeroed(cache, bytes)
                                       : rig_.heap.allocate(cache, bytes);
    if (at == VirtAddr()) return;
    if (how == 1) RC_ASSERT(rig_.source.holds(at, std::min<std::uint64_t>(bytes, 20'000), std::byte{0}));
    own(at, bytes, std::max<std::uint64_t>(alignment, 1));
  }

  auto some_block() { return std::next(live_.begin(), static_cast<std::ptrdiff_t>(random_.below(live_.size()))); }

  void free_one(Cache& cache) {
    if (live_.empty()) return;
    const auto chosen = some_block();
    const VirtAddr at = chosen->first;
    const Live block = chosen->second;
    expect_contents(at, block);
    live_.erase(chosen);
    const bool is_sized = random_.below(3) == 0;
    const ClassIndex size_class =
        block.alignment > 1 ? Heap<P>::class_for(block.bytes, block.alignment) : Heap<P>::class_for(block.bytes);
    RC_ASSERT((is_sized ? rig_.heap.free_sized(cache, at, size_class) : rig_.heap.free(cache, at)) == Misuse::none);
    if (P::is_checked) RC_ASSERT(rig_.heap.free(cache, at) != Misuse::none);
  }

  void reallocate(Cache& cache) {
    if (live_.empty()) return;
    const auto chosen = some_block();
    const VirtAddr at = chosen->first;
    const Live block = chosen->second;
    const std::uint64_t bytes = some_size();
    const Reallocated now = rig_.heap.reallocate(cache, at, bytes);
    RC_ASSERT(now.misuse == Misuse::none);
    if (now.at == VirtAddr()) return expect_contents(at, block);
    RC_ASSERT(rig_.source.holds(now.at, std::min({bytes, block.bytes, edge}), block.pattern));
    live_.erase(chosen);
    own(now.at, bytes, 1);
  }

  void fail_soon() {
    rig_.source.fail_after(random_.below(6), 1 + random_.below(3));
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    rig_.metadata.most_bytes = random_.below(3) == 0 ? rig_.metadata.bytes() + random_.below(10'000) : most;
  }

  void change_owner() {
    Cache*& cache = caches_[random_.below(caches_.size())];
    rig_.heap.retire_cache(*cache);
    cache = rig_.heap.adopt_cache();
    RC_ASSERT(cache != nullptr);
  }

  Prng random_;
  AllocRig<P> rig_;
  std::array<Cache*, 3> caches_{};
  std::map<VirtAddr, Live> live_;
};

HeapOptions some_options(std::uint64_t seed) {
  return {.policy = seed % 3 == 0 ? PurgePolicy::ratio : PurgePolicy::decay,
          .dirty_decay = seed % 5 == 0 ? Duration() : 2_s,
          .muzzy_decay = seed % 2 == 0 ? Duration() : 1_s,
          .retain = seed % 7 == 0 ? Retain::no : Retain::yes,
          .narenas = static_cast<unsigned>(1 + seed % 3),
          .first_growth = seed % 4 == 0 ? page_size : std::uint64_t{2} << 20U,
          .tcache_gc_bytes = seed % 4 == 1 ? 2000 : 65'536};
}

template <class P>
void run_random_calls(std::uint64_t seed) {
  RandomCalls<P> calls(seed, some_options(seed));
  for (int i = 0; i < 150; ++i) {
    calls.step();
    calls.check();
  }
  calls.finish();
}

RC_GTEST_PROP(Allocator, KeepsItsInvariantsAsAProcessHasIt, (std::uint64_t seed)) {
  run_random_calls<FakePlatform>(seed);
}
RC_GTEST_PROP(Allocator, KeepsItsInvariantsAsTheHostHasIt, (std::uint64_t seed)) {
  run_random_calls<FakeHostPlatform>(seed);
}
RC_GTEST_PROP(Allocator, KeepsItsInvariantsAsTheHostHasItWithChecks, (std::uint64_t seed)) {
  run_random_calls<FakeCheckedHostPlatform>(seed);
}

// A fixed life of 50 blocks, while the source fails at its n-th call, once or from then on. Answers whether it got
// there.
bool survive_failure(std::uint64_t n, std::uint64_t failures, Retain retain) {
  AllocRig<> rig({.dirty_decay = Duration(), .retain = retain, .first_growth = 8192});
  auto& cache = *rig.heap.adopt_cache();
  rig.source.fail_after(n, failures);
  std::vector<VirtAddr> live;
  for (std::uint64_t i = 0; i < 50; ++i) {
    // Every tenth is huge; of all classes every third is resized, the huge ones by moving their pages.
    const bool is_huge = i % 10 == 9;
    const VirtAddr at = rig.heap.allocate(cache, is_huge ? std::uint64_t{4} << 20U : 1 + i * i * 40);
    if (at != VirtAddr()) live.push_back(at);
    if (i % 3 != 2 || at == VirtAddr()) continue;
    const Reallocated now = rig.heap.reallocate(cache, at, is_huge ? std::uint64_t{5} << 20U : 1 + i * i * 60);
    if (now.at != VirtAddr()) live.back() = now.at;
  }
  EXPECT_EQ(InvariantWalk(rig.heap).broken(), "") << n;
  const bool was_reached = rig.source.calls().all() > n;
  for (const VirtAddr at : live) EXPECT_EQ(rig.heap.free(cache, at), Misuse::none) << n;
  rig.heap.flush(cache);
  EXPECT_EQ(InvariantWalk(rig.heap).broken(), "") << n;
  EXPECT_FALSE(rig.source.was_misused()) << n;
  return was_reached;
}

TEST(Allocator, SurvivesEveryFailureOfItsSource) {
  for (const Retain retain : {Retain::yes, Retain::no}) {
    for (const std::uint64_t failures : {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}) {
      std::uint64_t n = 0;
      while (survive_failure(n, failures, retain)) ++n;
      EXPECT_GT(n, 20U) << "it had calls to fail at";
    }
  }
}

}  // namespace signalbox::allocator_property_test
