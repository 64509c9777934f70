#include <array>

#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// Linear in the frames by its nature: the bits of all are read at each choice, and cleared at each tick.
class Nru final : public Reclaimer {
 public:
  explicit Nru(const ReclaimerSetup& setup) : nodes_(setup.slots), view_(setup.view), prng_(setup.prng.split("nru")) {}

  void loaded(ResidentPage page) override { order_.push_back(nodes_.hold(page)); }
  void tick() override {
    for (const SlotNode& node : order_) view_.clear_accessed(nodes_.slot_of(node));
  }
  FrameSlot choose(std::optional<PageKey>) override {
    std::array<std::uint64_t, 4> counts{};
    for (const SlotNode& node : order_) ++counts[class_of(node)];
    std::size_t lowest = 0;
    while (counts[lowest] == 0) ++lowest;
    std::uint64_t before = prng_.below(counts[lowest]);
    for (const SlotNode& node : order_) {
      if (class_of(node) == lowest && before-- == 0) return nodes_.slot_of(node);
    }
    return nodes_.slot_of(order_.front());  // not reached: somebody is of the lowest class
  }
  void freed(ResidentPage page, Loss) override { erase(order_, nodes_[page.slot]); }

 private:
  std::size_t class_of(const SlotNode& node) const {
    const FrameSlot slot = nodes_.slot_of(node);
    return (view_.is_accessed(slot) ? 2U : 0U) + (view_.is_dirty(slot) ? 1U : 0U);
  }

  SlotNodes nodes_;
  PageView& view_;
  Prng prng_;
  SlotList order_;
};

}  // namespace

extern const ReclaimerRow nru_reclaimer;
const ReclaimerRow nru_reclaimer{
    .name = "nru",
    .summary = "one of the lowest class by use since the tick, then by being written, at random",
    .source = "Tanenbaum and Bos, Modern Operating Systems, 3.4.2",
    .input = ReclaimerInput::bits,
    .uses_ticks = true,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> { return std::make_unique<Nru>(setup); },
};

}  // namespace signalbox
