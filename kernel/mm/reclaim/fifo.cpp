#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

class Fifo final : public Reclaimer {
 public:
  explicit Fifo(FrameSlot slots) : nodes_(slots) {}

  void loaded(ResidentPage page) override { order_.push_back(nodes_.hold(page)); }
  FrameSlot choose(std::optional<PageKey>) override { return nodes_.slot_of(order_.front()); }
  void freed(ResidentPage page, Loss) override { erase(order_, nodes_[page.slot]); }

 private:
  SlotNodes nodes_;
  SlotList order_;
};

}  // namespace

extern const ReclaimerRow fifo_reclaimer;
const ReclaimerRow fifo_reclaimer{
    .name = "fifo",
    .summary = "the page that was loaded first",
    .source = "Belady 1966",
    .input = ReclaimerInput::bits,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<Fifo>(setup.slots);
    },
};

}  // namespace signalbox
