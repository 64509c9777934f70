#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// The frames lie in a circle in the order of loading; a new page takes the place its victim had, and the hand stands
// behind it. Who was used since the hand last passed is passed over.
class Clock final : public Reclaimer {
 public:
  Clock(FrameSlot slots, PageView& view) : nodes_(slots), view_(view) {}

  void loaded(ResidentPage page) override { circle_.insert(hand_, nodes_.hold(page)); }
  FrameSlot choose(std::optional<PageKey>) override {
    while (true) {
      if (hand_ == circle_.end()) hand_ = circle_.begin();
      const FrameSlot slot = nodes_.slot_of(*hand_);
      if (!view_.is_accessed(slot)) return slot;
      view_.clear_accessed(slot);
      ++hand_;
    }
  }
  void freed(ResidentPage page, Loss) override {
    const SlotList::iterator at = circle_.iterator_to(nodes_[page.slot]);
    if (hand_ == at) {
      hand_ = circle_.erase(at);
    } else {
      circle_.erase(at);
    }
  }

 private:
  SlotNodes nodes_;
  PageView& view_;
  SlotList circle_;
  SlotList::iterator hand_ = circle_.end();
};

}  // namespace

extern const ReclaimerRow clock_reclaimer;
const ReclaimerRow clock_reclaimer{
    .name = "clock",
    .summary = "round robin over the frames, passing over what was used since; loading counts as a use",
    .source = "Corbato 1968; Stallings, Operating Systems, 8.2",
    .input = ReclaimerInput::bits,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<Clock>(setup.slots, setup.view);
    },
};

}  // namespace signalbox
