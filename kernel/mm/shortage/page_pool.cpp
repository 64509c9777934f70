#include "kernel/mm/shortage/page_pool.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr FrameSlot first_size = 64;

}  // namespace

PagePool::PagePool(ReclaimState& state, const MemoryClock& clock, const ReclaimerRow& policy, Duration tau,
                   const Prng& prng)
    : state_(state), clock_(clock), policy_(policy), tau_(tau), prng_(prng) {
  CHECK(policy.input != ReclaimerInput::future, "a kernel does not know what comes");
}

void PagePool::add(FrameNumber page, PageKey key) {
  if (free_.empty()) grow();
  const FrameSlot slot = free_.back();
  free_.pop_back();
  pages_[slot] = page;
  keys_[slot] = key;
  is_fresh_[slot] = true;
  accessed_[slot] = false;
  slots_.emplace(page.value(), slot);
  reclaimer_->loaded(resident(slot));
}

void PagePool::remove(FrameNumber page, Reclaimer::Loss loss) {
  const auto at = slots_.find(page.value());
  CHECK(at != slots_.end(), "only a page of the pool leaves it");
  const FrameSlot slot = at->second;
  slots_.erase(at);
  reclaimer_->freed(resident(slot), loss);
  pages_[slot] = std::nullopt;
  free_.push_back(slot);
}

FrameNumber PagePool::choose(std::vector<BlockRequest>& writes) {
  CHECK(!slots_.empty(), "there is a page to choose");
  writes_ = &writes;
  const FrameSlot slot = reclaimer_->choose(std::nullopt);
  writes_ = nullptr;
  return *pages_[slot];
}

void PagePool::sample() {
  if (!samples(policy_)) return;
  for (FrameSlot slot = 0; slot < pages_.size(); ++slot) {
    if (!pages_[slot] || state_.pages.take_references(*pages_[slot]).accessed == 0) continue;
    if (!is_fresh_[slot]) reclaimer_->referenced(resident(slot));
    is_fresh_[slot] = false;
  }
}

bool PagePool::is_accessed(FrameSlot slot) const {
  if (state_.pages.take_references(*pages_[slot]).accessed > 0) accessed_[slot] = true;
  return accessed_[slot];
}

void PagePool::clear_accessed(FrameSlot slot) {
  state_.pages.take_references(*pages_[slot]);
  accessed_[slot] = false;
}

// A mapped anonymous page leaves its spaces first; whoever uses it maps it again, which is seen as a use.
void PagePool::start_write(FrameSlot slot) {
  const FrameNumber page = *pages_[slot];
  ReclaimablePages& pages = state_.pages;
  if (writes_ == nullptr || state_.full_queue() || pages.is_busy(page)) return;
  if (state_.lists.pages(page) > 1) return;  // it goes in parts, when it is the victim
  if (state_.lists.kind_of(page) == PageKind::anonymous) {
    if (!pages.add_to_swap(page)) return;
    if (pages.is_mapped(page)) pages.unmap(page);
    if (pages.is_mapped(page)) return;  // somebody has locked it
  }
  if (!pages.is_dirty(page)) return;
  ++state_.counters.writes;
  writes_->push_back(state_.start_write(page));
}

// A reclaimer is made for a fixed number of frames: a larger one hears of the pages anew, by slot.
void PagePool::grow() {
  const auto before = static_cast<FrameSlot>(pages_.size());
  const FrameSlot after = before == 0 ? first_size : 2 * before;
  pages_.resize(after);
  keys_.resize(after);
  is_fresh_.resize(after);
  accessed_.resize(after);
  for (FrameSlot slot = after; slot-- > before;) free_.push_back(slot);
  reclaimer_ = policy_.make(
      {.view = *this, .slots = after, .tau = static_cast<std::uint64_t>(tau_.nanoseconds()), .prng = prng_});
  for (FrameSlot slot = 0; slot < before; ++slot) reclaimer_->loaded(resident(slot));
}

}  // namespace signalbox
