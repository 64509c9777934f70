#include <algorithm>
#include <optional>

#include "kernel/mm/reclaim/ghost_list.hpp"
#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// Megiddo and Modha, FAST 2003, figure 4. T1: used once; T2: used again; B1 and B2: what they lost lately, without its
// frame. The target of T1, p in the paper, grows with hits in B1 and shrinks with hits in B2.
// Invariants: |T1| + |T2| <= c, |T1| + |B1| <= c, all four <= 2c.
class Arc final : public Reclaimer {
 public:
  explicit Arc(FrameSlot slots) : nodes_(slots), is_frequent_(slots), capacity_(slots) {}

  void loaded(ResidentPage page) override {
    meet(page.key);
    is_frequent_[page.slot] = comes_back();
    (comes_back() ? frequent_ : recent_).push_back(nodes_.hold(page));
    incoming_.reset();
  }
  void referenced(ResidentPage page) override {
    SlotNode& node = nodes_[page.slot];
    erase(is_frequent_[page.slot] ? frequent_ : recent_, node);
    frequent_.push_back(node);
    is_frequent_[page.slot] = true;
  }
  FrameSlot choose(std::optional<PageKey> incoming) override {
    if (incoming) meet(*incoming);
    if (!comes_back()) make_room_for_history();
    const bool was_frequent = incoming_ && incoming_->was_frequent;
    const bool is_over = recent_.size() > target_ || (was_frequent && recent_.size() == target_);
    const bool takes_recent = !recent_.empty() && (is_over || frequent_.empty());
    return nodes_.slot_of(takes_recent ? recent_.front() : frequent_.front());
  }
  void freed(ResidentPage page, Loss loss) override {
    const bool was_frequent = is_frequent_[page.slot];
    erase(was_frequent ? frequent_ : recent_, nodes_[page.slot]);
    if (loss == Loss::gone) return;
    if (was_frequent) return frequent_lost_.push_back(page.key);
    // If T1 fills the cache, its oldest page is forgotten at once (case IV A).
    const std::size_t history = recent_.size() + recent_lost_.size() + (comes_back() ? 0 : 1);
    if (history < capacity_) recent_lost_.push_back(page.key);
  }

 private:
  struct Incoming {
    PageKey key;
    bool was_recent;
    bool was_frequent;
  };

  bool comes_back() const { return incoming_ && (incoming_->was_recent || incoming_->was_frequent); }
  // Cases II and III, once for each page that comes in.
  void meet(PageKey key) {
    if (incoming_ && incoming_->key == key) return;
    incoming_ = {key, recent_lost_.contains(key), frequent_lost_.contains(key)};
    const std::size_t recent = recent_lost_.size();
    const std::size_t frequent = frequent_lost_.size();
    if (incoming_->was_recent) {
      target_ = std::min(capacity_, target_ + std::max<std::size_t>(1, frequent / recent));
      recent_lost_.forget(key);
    } else if (incoming_->was_frequent) {
      target_ -= std::min(target_, std::max<std::size_t>(1, recent / frequent));
      frequent_lost_.forget(key);
    }
  }
  // Case IV. A kernel frees frames in batches, and so may be beyond the limits for a while.
  void make_room_for_history() {
    const std::size_t recent = recent_.size() + recent_lost_.size();
    if (recent >= capacity_) {
      if (recent_lost_.size() != 0) recent_lost_.forget_oldest();
    } else if (recent + frequent_.size() + frequent_lost_.size() >= 2 * capacity_) {
      frequent_lost_.forget_oldest();
    }
  }

  SlotNodes nodes_;
  std::vector<bool> is_frequent_;
  SlotList recent_;          // T1
  SlotList frequent_;        // T2
  GhostList recent_lost_;    // B1
  GhostList frequent_lost_;  // B2
  std::size_t capacity_;     // c
  std::size_t target_ = 0;   // p
  std::optional<Incoming> incoming_;
};

}  // namespace

extern const ReclaimerRow arc_reclaimer;
const ReclaimerRow arc_reclaimer{
    .name = "arc",
    .summary = "pages used once and used again share the frames as what was lost lately suggests",
    .source = "Megiddo and Modha, FAST 2003",
    .input = ReclaimerInput::references,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<Arc>(setup.slots);
    },
};

}  // namespace signalbox
