#include <algorithm>
#include <vector>

#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// Of equals the one that was loaded first. Linear in the frames by its nature.
class Aging final : public Reclaimer {
 public:
  explicit Aging(const ReclaimerSetup& setup) : nodes_(setup.slots), view_(setup.view), counters_(setup.slots) {}

  void loaded(ResidentPage page) override {
    counters_[page.slot] = 0;
    order_.push_back(nodes_.hold(page));
  }
  void tick() override {
    for (const SlotNode& node : order_) {
      const FrameSlot slot = nodes_.slot_of(node);
      const unsigned used = view_.is_accessed(slot) ? 0x80U : 0U;
      counters_[slot] = static_cast<std::uint8_t>((counters_[slot] >> 1) | used);
      view_.clear_accessed(slot);
    }
  }
  FrameSlot choose(std::optional<PageKey>) override {
    return nodes_.slot_of(*std::ranges::min_element(
        order_, {}, [this](const SlotNode& node) { return counters_[nodes_.slot_of(node)]; }));
  }
  void freed(ResidentPage page, Loss) override { erase(order_, nodes_[page.slot]); }

 private:
  SlotNodes nodes_;
  PageView& view_;
  SlotList order_;
  std::vector<std::uint8_t> counters_;
};

}  // namespace

extern const ReclaimerRow aging_reclaimer;
const ReclaimerRow aging_reclaimer{
    .name = "aging",
    .summary = "the lowest 8-bit history of use, a bit a tick",
    .source = "Tanenbaum and Bos, Modern Operating Systems, 3.4.7",
    .input = ReclaimerInput::bits,
    .uses_ticks = true,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> { return std::make_unique<Aging>(setup); },
};

}  // namespace signalbox
