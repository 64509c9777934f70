#pragma once

#include <algorithm>

#include "kernel/alloc/decay.hpp"
#include "kernel/alloc/extent_records.hpp"
#include "kernel/alloc/free_extents.hpp"
#include "kernel/alloc/ground.hpp"

namespace signalbox::alloc {

// What has become of an arena's pages, so far and now.
struct PageStats {
  std::uint64_t active_pages = 0;
  std::uint64_t dirty_pages = 0;
  std::uint64_t muzzy_pages = 0;
  std::uint64_t retained_pages = 0;
  std::uint64_t free_extents = 0;
  std::uint64_t npurge = 0;    // sweeps
  std::uint64_t nmadvise = 0;  // calls of the source that purged or unmapped
  std::uint64_t purged = 0;    // pages
};

// What an extent is wanted for.
struct PageRequest {
  std::uint64_t pages;
  std::uint64_t alignment = page_size;  // a power of two from a page on
  ClassIndex size_class;
  bool is_slab = false;
};

// An arena's pages: extents in use, and free ones in three states that hold ever less memory. Free neighbours of a
// state are one extent at any time. Every call takes the lock; none is made with a bin's lock held.
template <class P>
class PageAllocator {
 public:
  // Requires zeroed memory, as a metadata store gives.
  void start(Ground<P>& ground, ArenaId arena, Instant now) {
    arena_ = arena;
    grow_class_ = page_class_above(std::max(ground.options.first_growth / page_size, std::uint64_t{1}));
    started_ = now;
  }

  // The oldest free extent that fits, by preference one that still holds memory; else new pages. None: out of memory.
  ExtentId allocate(Ground<P>& ground, const PageRequest& request) {
    const Locked lock(mutex_);
    // What is cut off in front and behind, and what a mapping needs itself, so that nothing fails half-way.
    if (!records_.prepare(ground, 3)) return {};
    if constexpr (keeps_requests<P>) {
      if (request.is_slab && !slacks_.prepare(ground, request.size_class)) return {};
    }
    const std::uint64_t slack = request.alignment / page_size - 1;
    if (request.pages > most_pages - slack) return {};
    ExtentId id = slack == 0 ? ExtentId() : take_aligned(ground, request);
    if (is_none(id)) id = take(ground, request.pages + slack);
    if (is_none(id)) id = grow(ground, request.pages + slack);
    if (is_none(id)) return id;
    const VirtAddr begin = ground.extent(id).begin;
    const std::uint64_t front = (request.alignment - begin.value() % request.alignment) % request.alignment;
    if (front != 0) {
      const ExtentId rest = cut(ground, id, front);
      insert(ground, id);
      id = rest;
    }
    const std::uint64_t bytes = request.pages * page_size;
    if (ground.extent(id).bytes > bytes) insert(ground, cut(ground, id, bytes));
    activate(ground, id, request);
    return id;
  }

  // Gives an extent in use back, and with it those chained to it by Extent::newer.
  void deallocate(Ground<P>& ground, ExtentId id) {
    const Locked lock(mutex_);
    while (!is_none(id)) {
      const ExtentId next = ground.extent(id).newer;
      deactivate(ground, id);
      id = next;
    }
    purge_at_once(ground);
  }

  // A large block's tail goes back; its class is then `size_class`. false: out of metadata, nothing happened.
  bool shrink(Ground<P>& ground, ExtentId id, std::uint64_t pages, ClassIndex size_class) {
    const Locked lock(mutex_);
    if (!records_.prepare(ground, 1)) return false;
    ground.remove(id);
    const ExtentId tail = cut(ground, id, pages * page_size);
    ground.extent(id).size_class = size_class;
    ground.enter(id);
    ground.enter(tail);
    deactivate(ground, tail);
    purge_at_once(ground);
    return true;
  }

  // Takes from the free extent behind a large block until it has `pages`. false: there is too little, nothing happened.
  bool grow_in_place(Ground<P>& ground, ExtentId id, std::uint64_t pages, ClassIndex size_class) {
    const Locked lock(mutex_);
    if (!records_.prepare(ground, 1)) return false;
    const std::uint64_t more = pages * page_size - ground.extent(id).bytes;
    const MapEntry next = ground.lookup(ground.extent(id).end());
    if (!is_mine_and_free(next) || ground.extent(next.extent()).bytes < more) return false;
    if (!ground.source.may_merge() && ground.extent(next.extent()).serial != ground.extent(id).serial) return false;
    remove(ground, next.extent());
    if (ground.extent(next.extent()).bytes > more) insert(ground, cut(ground, next.extent(), more));
    ground.remove(id);
    ground.extent(id).bytes += more;
    ground.extent(id).size_class = size_class;
    active_pages_ += more / page_size;
    records_.give_back(ground, next.extent());
    ground.enter(id);
    return true;
  }

  // Purges what has been free for too long; to be called now and then.
  void tick(Ground<P>& ground, Instant now) {
    const Locked lock(mutex_);
    const HeapOptions& options = ground.options;
    if (options.policy == PurgePolicy::decay) age(ground, ExtentState::dirty, options.dirty_decay, now);
    age(ground, ExtentState::muzzy, options.muzzy_decay, now);
  }

  // Gives all memory of free pages back.
  void purge_all(Ground<P>& ground) {
    const Locked lock(mutex_);
    purge_to(ground, ExtentState::dirty, 0, Purge::forced);
    purge_to(ground, ExtentState::muzzy, 0, Purge::forced);
  }

  PageStats stats() {
    const Locked lock(mutex_);
    PageStats stats = counts_;
    stats.active_pages = active_pages_;
    stats.dirty_pages = of(ExtentState::dirty).pages();
    stats.muzzy_pages = of(ExtentState::muzzy).pages();
    stats.retained_pages = of(ExtentState::retained).pages();
    for (const FreeExtents& extents : free_) stats.free_extents += extents.count();
    return stats;
  }

  typename P::Mutex& mutex() { return mutex_; }
  // For whoever checks or shows them; requires the lock or one thread.
  const FreeExtents& free_extents(ExtentState state) const { return free_[static_cast<unsigned>(state) - 1]; }

 private:
  FreeExtents& of(ExtentState state) { return free_[static_cast<unsigned>(state) - 1]; }
  bool is_mine_and_free(MapEntry entry) const {
    return !is_none(entry.extent()) && entry.arena() == arena_ && entry.state() != ExtentState::active;
  }

  ExtentId take_aligned(Ground<P>& ground, const PageRequest& request) {
    using enum ExtentState;
    for (const ExtentState state : {dirty, muzzy, retained}) {
      const ExtentId id = of(state).aligned_fit(ground, request.pages, request.alignment);
      if (is_none(id)) continue;
      remove(ground, id);
      return id;
    }
    return {};
  }

  // A run that is much larger than the request is split only if no other of its state does. jemalloc would rather map
  // new pages; its free dirty extents do not coalesce before they are purged, ours would soon be one run, never to be
  // used.
  ExtentId take(Ground<P>& ground, std::uint64_t pages) {
    using enum ExtentState;
    const unsigned fit = ground.options.lg_extent_max_active_fit;
    for (const ExtentState state : {dirty, muzzy, retained}) {
      ExtentId id;
      if (state != retained && pages <= most_pages >> fit) id = of(state).oldest_fit(ground, pages, pages << fit);
      if (is_none(id)) id = of(state).oldest_fit(ground, pages, most_pages);
      if (is_none(id)) continue;
      remove(ground, id);
      return id;
    }
    return {};
  }

  // Maps more than is asked for, a class more each time, so that calls stay few; if that fails, only what is asked for.
  ExtentId grow(Ground<P>& ground, std::uint64_t pages) {
    unsigned wanted = std::max(grow_class_, page_class_above(pages));
    if (ground.options.retain == Retain::no) wanted = page_class_above(pages);
    if (wanted >= page_class_count) return {};
    if (const ExtentId id = map(ground, page_class_pages(wanted)); !is_none(id)) {
      if (wanted + 1 < page_class_count) grow_class_ = std::max(grow_class_, wanted + 1);
      return id;
    }
    return map(ground, pages);
  }

  ExtentId map(Ground<P>& ground, std::uint64_t pages) {
    const VirtAddr begin = ground.source.map(pages * page_size, page_size);
    if (begin == VirtAddr()) return {};
    if (!ground.page_map.reserve(ground.metadata, begin, pages * page_size)) {
      ground.source.unmap(begin, pages * page_size);
      return {};
    }
    const ExtentId id = records_.take(ground);
    Extent<P>& extent = ground.extent(id);
    extent.begin = begin;
    extent.bytes = pages * page_size;
    extent.serial = next_serial_++;
    extent.arena = arena_;
    extent.state = ExtentState::retained;
    extent.is_zeroed = true;
    return id;
  }

  // Leaves `id` its first `bytes` and answers a new extent of the rest, in the same state; neither is entered anywhere.
  ExtentId cut(Ground<P>& ground, ExtentId id, std::uint64_t bytes) {
    const ExtentId rest = records_.take(ground);
    Extent<P>& extent = ground.extent(id);
    Extent<P>& tail = ground.extent(rest);
    tail.begin = extent.begin + bytes;
    tail.bytes = extent.bytes - bytes;
    tail.serial = extent.serial;
    tail.arena = extent.arena;
    tail.state = extent.state;
    tail.is_slab = false;
    tail.size_class = extent.size_class;
    tail.is_zeroed = extent.is_zeroed;
    extent.bytes = bytes;
    return rest;
  }

  void activate(Ground<P>& ground, ExtentId id, const PageRequest& request) {
    Extent<P>& extent = ground.extent(id);
    extent.state = ExtentState::active;
    extent.is_slab = request.is_slab;
    extent.size_class = request.size_class;
    if (request.is_slab) free_all_regions(extent);
    if constexpr (keeps_requests<P>) {
      if (request.is_slab) extent.slacks.of_block = slacks_.take(ground, request.size_class);
    }
    active_pages_ += extent.pages();
    ground.enter(id);
  }

  void deactivate(Ground<P>& ground, ExtentId id) {
    ground.remove(id);
    Extent<P>& extent = ground.extent(id);
    active_pages_ -= extent.pages();
    if constexpr (keeps_requests<P>) {
      if (extent.is_slab) slacks_.give_back(ground, extent.size_class, extent.slacks.of_regions());
    }
    extent.state = ExtentState::dirty;
    extent.is_slab = extent.is_zeroed = false;
    insert(ground, id);
  }

  // Puts a free extent among those of its state, joined with its neighbours there.
  void insert(Ground<P>& ground, ExtentId id) {
    const ExtentState state = ground.extent(id).state;
    const MapEntry before = ground.lookup(VirtAddr(ground.extent(id).begin.value() - page_size));
    if (may_join(ground, id, before, state)) id = join(ground, before.extent(), id, before.extent());
    const MapEntry after = ground.lookup(ground.extent(id).end());
    if (may_join(ground, id, after, state)) id = join(ground, id, after.extent(), after.extent());
    of(state).insert(ground, id);
    ground.enter(id);
  }

  bool may_join(Ground<P>& ground, ExtentId id, MapEntry neighbour, ExtentState state) {
    if (is_none(neighbour.extent()) || neighbour.arena() != arena_ || neighbour.state() != state) return false;
    return ground.source.may_merge() || ground.extent(neighbour.extent()).serial == ground.extent(id).serial;
  }

  // `right` begins where `left` ends; `free` is the one of them that is among the free.
  ExtentId join(Ground<P>& ground, ExtentId left, ExtentId right, ExtentId free) {
    remove(ground, free);
    Extent<P>& whole = ground.extent(left);
    const Extent<P>& part = ground.extent(right);
    whole.bytes += part.bytes;
    whole.serial = std::min(whole.serial, part.serial);
    whole.is_zeroed = whole.is_zeroed && part.is_zeroed;
    records_.give_back(ground, right);
    return left;
  }

  void remove(Ground<P>& ground, ExtentId id) {
    of(ground.extent(id).state).remove(ground, id);
    ground.remove(id);
  }

  // What the pages of a state become.
  static Purge purge_of(const Ground<P>& ground, ExtentState state) {
    const bool keeps_muzzy = ground.options.muzzy_decay != Duration();
    return state == ExtentState::dirty && keeps_muzzy ? Purge::lazy : Purge::forced;
  }

  // What needs no clock: the ratio, and a decay of no time at all.
  void purge_at_once(Ground<P>& ground) {
    const HeapOptions& options = ground.options;
    const bool is_by_ratio = options.policy == PurgePolicy::ratio;
    const Purge how = purge_of(ground, ExtentState::dirty);
    if (is_by_ratio) purge_to(ground, ExtentState::dirty, active_pages_ >> options.lg_dirty_mult, how);
    if (!is_by_ratio && options.dirty_decay == Duration()) purge_to(ground, ExtentState::dirty, 0, how);
    if (options.muzzy_decay == Duration()) purge_to(ground, ExtentState::muzzy, 0, Purge::forced);
  }

  // What pages remember of their age is made when they are first asked for it: in many a small process they never are.
  // While there is no room for it nothing ages.
  void age(Ground<P>& ground, ExtentState state, Duration length, Instant now) {
    if (length <= Duration()) return;
    std::uint32_t& handle = decays_[static_cast<unsigned>(state) - 1];
    if (handle == 0) {
      handle = ground.metadata.allocate(sizeof(Decay));
      if (handle == 0) return;
      static_cast<Decay*>(ground.metadata.at(handle))->start(length, started_);
    }
    Decay& decay = *static_cast<Decay*>(ground.metadata.at(handle));
    if (!decay.is_due(now)) return;
    purge_to(ground, state, decay.limit_at(now, of(state).pages()), purge_of(ground, state));
    decay.purged_to(of(state).pages());
  }

  // The longest free go first, until at most `most` pages are left.
  void purge_to(Ground<P>& ground, ExtentState state, std::uint64_t most, Purge how) {
    if (of(state).pages() <= most) return;
    ++counts_.npurge;
    while (of(state).pages() > most) {
      const ExtentId id = of(state).longest_here();
      remove(ground, id);
      purge(ground, id, how);
    }
  }

  void purge(Ground<P>& ground, ExtentId id, Purge how) {
    Extent<P>& extent = ground.extent(id);
    counts_.purged += extent.pages();
    ++counts_.nmadvise;
    const bool is_retained = ground.options.retain == Retain::yes;
    if (how == Purge::forced && !is_retained && ground.source.unmap(extent.begin, extent.bytes)) {
      records_.give_back(ground, id);
      return;
    }
    const bool is_purged = ground.source.purge(extent.begin, extent.bytes, how);
    extent.is_zeroed = is_purged && how == Purge::forced;
    extent.state = is_purged && how == Purge::lazy ? ExtentState::muzzy : ExtentState::retained;
    insert(ground, id);
  }

  typename P::Mutex mutex_;
  ArenaId arena_;
  unsigned grow_class_;
  std::uint64_t next_serial_;
  std::uint64_t active_pages_;
  PageStats counts_;
  ExtentRecords<P> records_;
  [[no_unique_address]] std::conditional_t<keeps_requests<P>, SlackRecords<P>, NoSlacks> slacks_;
  std::array<FreeExtents, extent_state_count - 1> free_;
  Instant started_;
  std::array<std::uint32_t, 2> decays_;  // of dirty and of muzzy pages, a Decay each
};

}  // namespace signalbox::alloc
