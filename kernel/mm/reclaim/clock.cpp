#include "kernel/mm/reclaim/slot_circle.hpp"

namespace signalbox {
namespace {

// Who was used since the hand last passed is passed over.
class Clock final : public Reclaimer {
 public:
  Clock(FrameSlot slots, PageView& view) : circle_(slots), view_(view) {}

  void loaded(ResidentPage page) override { circle_.add(page); }
  FrameSlot choose(std::optional<PageKey>) override {
    while (view_.is_accessed(circle_.at_hand())) {
      view_.clear_accessed(circle_.at_hand());
      circle_.advance();
    }
    return circle_.at_hand();
  }
  void freed(ResidentPage page, Loss) override { circle_.remove(page.slot); }

 private:
  SlotCircle circle_;
  PageView& view_;
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
