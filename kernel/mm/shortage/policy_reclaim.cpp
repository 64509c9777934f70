#include "kernel/mm/shortage/policy_reclaim.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// So many victims are asked for in a batch, if none can be had: swap is full, or they are busy.
constexpr unsigned most_tries = 256;

}  // namespace

PolicyReclaim::PolicyReclaim(ReclaimState& state, const MemoryClock& clock, const Settings& settings)
    : state_(state),
      clock_(clock),
      settings_(settings),
      prng_(settings.seed),
      home_(state.frames.frames()),
      key_(state.frames.frames()),
      apart_(state.frames.frames(), 3) {}

void PolicyReclaim::added(FrameNumber page, const std::optional<EvictionShadow>& shadow) {
  const bool comes_back = shadow && shadow->key != 0;
  key_[page.value()] = comes_back ? shadow->key : ++last_key_;
  enter(page);
}

void PolicyReclaim::enter(FrameNumber page) {
  std::optional<AddressSpaceId> space = AddressSpaceId();
  if (settings_.scope == ReplacementScope::local) space = state_.pages.owner(page);
  if (!space) {
    home_[page.value()] = AddressSpaceId();
    return apart_.add_head(homeless, page);
  }
  const auto pool = pools_.try_emplace(*space, state_, clock_, *settings_.policy, settings_.tau, prng_).first;
  home_[page.value()] = *space;
  pool->second.add(page, key_[page.value()]);
}

void PolicyReclaim::mapped(FrameNumber page) {
  if (!apart_.contains(page) || apart_.chain_of(page) != homeless || !state_.pages.owner(page)) return;
  apart_.remove(page);
  enter(page);
}

void PolicyReclaim::left(FrameNumber page, AddressSpaceId space) {
  if (settings_.scope != ReplacementScope::local || page == disposed_ || home_[page.value()] != space) return;
  const auto pool = pools_.find(space);
  if (pool == pools_.end() || !pool->second.contains(page)) return;
  pool->second.remove(page, Reclaimer::Loss::gone);
  if (pool->second.size() == 0) pools_.erase(pool);
  apart_.add_head(inherited, page);
}

std::uint32_t PolicyReclaim::frames_of(AddressSpaceId space) {
  find_heirs();
  const auto pool = pools_.find(space);
  const auto departing = leaving_of_.find(space);
  return static_cast<std::uint32_t>(pool == pools_.end() ? 0 : pool->second.size()) +
         (departing == leaving_of_.end() ? 0 : departing->second);
}

std::uint32_t PolicyReclaim::excess(AddressSpaceId space) {
  const std::optional<std::uint32_t> allowed = state_.pages.allowance(space);
  const std::uint32_t used = frames_of(space);
  return !allowed || used < *allowed ? 0 : used - *allowed + 1;
}

// Its write has begun.
void PolicyReclaim::depart(FrameNumber page) {
  apart_.add_head(leaving, page);
  ++leaving_of_[home_[page.value()]];
}

void PolicyReclaim::take_apart(FrameNumber page) {
  const bool was_leaving = apart_.chain_of(page) == leaving;
  apart_.remove(page);
  if (!was_leaving) return;
  const auto of_space = leaving_of_.find(home_[page.value()]);
  if (--of_space->second == 0) leaving_of_.erase(of_space);
}

void PolicyReclaim::removed(FrameNumber page) {
  leave(page, Reclaimer::Loss::gone);
  const auto pool = pools_.find(home_[page.value()]);
  if (pool != pools_.end() && pool->second.size() == 0) pools_.erase(pool);
}

void PolicyReclaim::tick() {
  for (auto& [space, pool] : pools_) pool.tick();
}

void PolicyReclaim::batch(std::optional<AddressSpaceId> asker, ReclaimedBy by, ReclaimStep& step) {
  find_heirs();
  const bool is_over = asker && excess(*asker) > 0;
  evict_written(by, step);
  if (is_over) return take_excess(*asker, by, step);
  std::erase_if(pools_, [](const auto& each) { return each.second.size() == 0; });
  find_homes();
  for (auto& [space, pool] : pools_) pool.sample();
  const auto own = asker ? pools_.find(*asker) : pools_.end();
  PagePool* const first = own != pools_.end() ? &own->second : nullptr;
  take_homeless(by, step);
  if (first != nullptr) take_from(*first, by, step);
  if (step.reclaimed > 0 || !step.writes.empty()) return;
  // Who has nothing to give takes from whoever has most.
  if (PagePool* const pool = largest_pool(first)) take_from(*pool, by, step);
}

// It is no matter of the others' pages, be they ever so many: such a batch is made for every page that the space wants.
void PolicyReclaim::take_excess(AddressSpaceId asker, ReclaimedBy by, ReclaimStep& step) {
  const auto own = pools_.find(asker);
  if (own == pools_.end()) return;
  own->second.sample();
  take_from(own->second, by, step, step.reclaimed + step.writes.size() + excess(asker));
}

PagePool* PolicyReclaim::largest_pool(const PagePool* but_not) {
  PagePool* largest = nullptr;
  for (auto& [space, pool] : pools_) {
    if (&pool != but_not && pool.size() > (largest == nullptr ? 0 : largest->size())) largest = &pool;
  }
  return largest;
}

void PolicyReclaim::find_heirs() {
  while (const std::optional<FrameNumber> page = apart_.tail(inherited)) {
    apart_.remove(*page);
    enter(*page);
  }
}

// Somebody mapped them since.
void PolicyReclaim::find_homes() {
  std::optional<FrameNumber> page = apart_.tail(homeless);
  while (page) {
    const FrameNumber at = *page;
    page = apart_.younger(at);
    if (!state_.pages.owner(at)) continue;
    apart_.remove(at);
    enter(at);
  }
}

void PolicyReclaim::evict_written(ReclaimedBy by, ReclaimStep& step) {
  std::optional<FrameNumber> page = apart_.tail(leaving);
  // Who cannot be disposed of now is put back where the walk goes on to.
  for (unsigned tries = 0; tries < most_tries && page && !has_enough(step); ++tries) {
    const FrameNumber at = *page;
    page = apart_.younger(at);
    if (state_.pages.is_busy(at)) continue;
    if (state_.pages.is_mapped(at) || state_.pages.is_dirty(at)) {
      take_apart(at);
      enter(at);
    } else {
      evict(at, by, step);
    }
  }
}

void PolicyReclaim::take_homeless(ReclaimedBy by, ReclaimStep& step) {
  std::optional<FrameNumber> page = apart_.tail(homeless);
  // Who is stuck is put back where the walk goes on to.
  for (unsigned tries = 0; tries < most_tries && page && !has_enough(step); ++tries) {
    const FrameNumber at = *page;
    page = apart_.younger(at);
    if (!state_.pages.is_busy(at)) dispose(at, by, step);
  }
}

void PolicyReclaim::take_from(PagePool& pool, ReclaimedBy by, ReclaimStep& step, std::size_t enough) {
  for (unsigned tries = 0; tries < most_tries && pool.size() > 0 && !has_enough(step, enough); ++tries) {
    dispose(pool.choose(step.writes), by, step);
  }
}

bool PolicyReclaim::has_enough(const ReclaimStep& step, std::size_t enough) const {
  return step.reclaimed + step.writes.size() >= enough || state_.full_queue().has_value();
}

void PolicyReclaim::dispose(FrameNumber page, ReclaimedBy by, ReclaimStep& step) {
  ++step.scanned;
  ++(by == ReclaimedBy::background ? state_.counters.scanned_background : state_.counters.scanned_direct);
  ++state_.counters.scanned[static_cast<std::size_t>(state_.lists.kind_of(page))];
  switch (decide(page, step)) {
    case Fate::evicted:
      return evict(page, by, step);
    case Fate::written:
      leave(page, Reclaimer::Loss::evicted);
      return depart(page);
    case Fate::stuck:  // it goes to the end of the queue
      leave(page, Reclaimer::Loss::gone);
      return enter(page);
    case Fate::culled:
      leave(page, Reclaimer::Loss::gone);
      ++state_.counters.culled;
      return state_.lists.move_to_head(page, PageList::unevictable);
  }
}

PolicyReclaim::Fate PolicyReclaim::decide(FrameNumber page, ReclaimStep& step) {
  ReclaimablePages& pages = state_.pages;
  const ReclaimablePages::References references = pages.take_references(page);
  if (references.is_locked) return Fate::culled;
  if (references.is_kept) return Fate::stuck;
  if (state_.writes.is_written(page)) return Fate::written;  // the policy has seen to it before
  if (pages.is_busy(page)) return Fate::stuck;
  if (state_.lists.kind_of(page) == PageKind::anonymous && !pages.add_to_swap(page)) return Fate::stuck;
  disposed_ = page;
  if (pages.is_mapped(page)) pages.unmap(page);
  disposed_.reset();
  if (!pages.is_dirty(page)) return Fate::evicted;
  ++state_.counters.writes;
  step.writes.push_back(state_.start_write(page));
  return Fate::written;
}

// Takes the page out of the pool or the chain it is in.
void PolicyReclaim::leave(FrameNumber page, Reclaimer::Loss loss) {
  if (apart_.contains(page)) return take_apart(page);
  const auto pool = pools_.find(home_[page.value()]);
  if (pool == pools_.end() || !pool->second.contains(page)) return;
  pool->second.remove(page, loss);
}

void PolicyReclaim::evict(FrameNumber page, ReclaimedBy by, ReclaimStep& step) {
  leave(page, Reclaimer::Loss::evicted);
  const auto kind = static_cast<std::size_t>(state_.lists.kind_of(page));
  ++step.reclaimed;
  ++(by == ReclaimedBy::background ? state_.counters.reclaimed_background : state_.counters.reclaimed_direct);
  ++state_.counters.reclaimed[kind];
  state_.lists.remove(page);
  state_.writes.cleaned(page);
  EvictionShadow shadow = state_.workingset.evicted(false);
  shadow.key = key_[page.value()];
  state_.pages.evict(page, shadow);
}

}  // namespace signalbox
