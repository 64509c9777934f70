#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

class Lru final : public Reclaimer {
 public:
  explicit Lru(FrameSlot slots) : nodes_(slots) {}

  void loaded(ResidentPage page) override { order_.push_back(nodes_.hold(page)); }
  void referenced(ResidentPage page) override { move_to_back(order_, nodes_[page.slot]); }
  FrameSlot choose(std::optional<PageKey>) override { return nodes_.slot_of(order_.front()); }
  void freed(ResidentPage page, Loss) override { erase(order_, nodes_[page.slot]); }

 private:
  SlotNodes nodes_;
  SlotList order_;
};

}  // namespace

extern const ReclaimerRow lru_reclaimer;
const ReclaimerRow lru_reclaimer{
    .name = "lru",
    .summary = "the page that was not used for longest",
    .source = "Mattson, Gecsei, Slutz and Traiger 1970",
    .input = ReclaimerInput::references,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<Lru>(setup.slots);
    },
};

}  // namespace signalbox
