#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// First in, first out, but for pages that were used since: they go to the end of the queue. The use that loaded a page
// does not count.
class SecondChance final : public Reclaimer {
 public:
  SecondChance(FrameSlot slots, PageView& view) : nodes_(slots), view_(view) {}

  void loaded(ResidentPage page) override {
    view_.clear_accessed(page.slot);
    order_.push_back(nodes_.hold(page));
  }
  FrameSlot choose(std::optional<PageKey>) override {
    while (true) {
      SlotNode& oldest = order_.front();
      const FrameSlot slot = nodes_.slot_of(oldest);
      if (!view_.is_accessed(slot)) return slot;
      view_.clear_accessed(slot);
      move_to_back(order_, oldest);
    }
  }
  void freed(ResidentPage page, Loss) override { erase(order_, nodes_[page.slot]); }

 private:
  SlotNodes nodes_;
  PageView& view_;
  SlotList order_;
};

}  // namespace

extern const ReclaimerRow second_chance_reclaimer;
const ReclaimerRow second_chance_reclaimer{
    .name = "second_chance",
    .summary = "the page loaded first, but what was used since waits once more; loading is no use",
    .source = "Tanenbaum and Bos, Modern Operating Systems, 3.4.4",
    .input = ReclaimerInput::bits,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<SecondChance>(setup.slots, setup.view);
    },
};

}  // namespace signalbox
