#include <set>
#include <tuple>
#include <vector>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {
namespace {

// Uses count from the loading on. Of equals the one that was loaded first.
class Lfu final : public Reclaimer {
 public:
  explicit Lfu(FrameSlot slots) : places_(slots) {}

  void loaded(ResidentPage page) override { order_.insert(places_[page.slot] = {1, ++loads_, page.slot}); }
  void referenced(ResidentPage page) override {
    auto node = order_.extract(places_[page.slot]);
    ++std::get<0>(node.value());
    places_[page.slot] = node.value();
    order_.insert(std::move(node));
  }
  FrameSlot choose(std::optional<PageKey>) override { return std::get<2>(*order_.begin()); }
  void freed(ResidentPage page, Loss) override { order_.erase(places_[page.slot]); }

 private:
  using Place = std::tuple<std::uint64_t, std::uint64_t, FrameSlot>;  // uses, loaded as the n-th, where
  std::vector<Place> places_;
  std::set<Place> order_;
  std::uint64_t loads_ = 0;
};

}  // namespace

extern const ReclaimerRow lfu_reclaimer;
const ReclaimerRow lfu_reclaimer{
    .name = "lfu",
    .summary = "the page used least often since it was loaded",
    .source = "Mattson, Gecsei, Slutz and Traiger 1970",
    .input = ReclaimerInput::references,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<Lfu>(setup.slots);
    },
};

}  // namespace signalbox
