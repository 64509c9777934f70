#include <boost/unordered/unordered_map.hpp>
#include <vector>

#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// Linux 6.1: mm/vmscan.c and mm/workingset.c, for pages of one kind. A page begins inactive; at the tail of that list a
// page that was used gets another round, and the second time becomes active. Who lost its frame leaves a shadow: if it
// comes back before as many others have gone or been promoted as there are active pages, it was worth keeping, and
// becomes active at once.
class LinuxLists final : public Reclaimer {
 public:
  LinuxLists(FrameSlot slots, PageView& view) : nodes_(slots), view_(view), flags_(slots) {}

  void loaded(ResidentPage page) override {
    flags_[page.slot] = {};
    inactive_.push_back(nodes_.hold(page));
    const auto shadow = shadows_.find(page.key);
    if (shadow == shadows_.end()) return;
    const std::uint64_t distance = age_ - shadow->second;  // workingset_refault
    shadows_.erase(shadow);
    if (distance <= active_.size()) activate(page.slot);
  }
  FrameSlot choose(std::optional<PageKey>) override {
    balance();
    while (true) {
      if (inactive_.empty()) deactivate_oldest();
      const FrameSlot slot = nodes_.slot_of(inactive_.front());
      if (!view_.is_accessed(slot)) return slot;  // folio_check_references: PAGEREF_RECLAIM
      view_.clear_accessed(slot);
      if (flags_[slot].was_referenced) {
        activate(slot);
      } else {
        flags_[slot].was_referenced = true;
        move_to_back(inactive_, inactive_.front());
      }
      balance();
    }
  }
  void freed(ResidentPage page, Loss loss) override {
    erase(flags_[page.slot].is_active ? active_ : inactive_, nodes_[page.slot]);
    if (loss == Loss::evicted) shadows_[page.key] = age_++;  // workingset_eviction
  }

 private:
  struct Flags {
    bool is_active = false;
    bool was_referenced = false;  // PG_referenced
  };
  static constexpr std::uint64_t pages_a_gib = 1ULL << 18;

  void activate(FrameSlot slot) {
    flags_[slot] = {.is_active = true, .was_referenced = false};
    erase(inactive_, nodes_[slot]);
    active_.push_back(nodes_[slot]);
    ++age_;  // workingset_age_nonresident
  }
  // shrink_active_list.
  void deactivate_oldest() {
    SlotNode& oldest = active_.front();
    const FrameSlot slot = nodes_.slot_of(oldest);
    view_.clear_accessed(slot);
    flags_[slot] = {};
    erase(active_, oldest);
    inactive_.push_back(oldest);
  }
  // inactive_is_low: 1:1 up to 1 GiB, then the square root of ten times the GiB.
  void balance() {
    const std::uint64_t gib = (active_.size() + inactive_.size()) / pages_a_gib;
    std::uint64_t ratio = 1;
    while (gib > 0 && (ratio + 1) * (ratio + 1) <= 10 * gib) ++ratio;
    while (inactive_.size() * ratio < active_.size()) deactivate_oldest();
  }

  SlotNodes nodes_;
  PageView& view_;
  std::vector<Flags> flags_;
  SlotList active_;
  SlotList inactive_;
  boost::unordered_map<PageKey, std::uint64_t> shadows_;  // what age_ was
  std::uint64_t age_ = 0;
};

}  // namespace

extern const ReclaimerRow linux_lists_reclaimer;
const ReclaimerRow linux_lists_reclaimer{
    .name = "linux",
    .summary = "an active and an inactive list, and the distance at which lost pages come back",
    .source = "Linux 6.1 mm/vmscan.c, mm/workingset.c",
    .input = ReclaimerInput::bits,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<LinuxLists>(setup.slots, setup.view);
    },
};

}  // namespace signalbox
