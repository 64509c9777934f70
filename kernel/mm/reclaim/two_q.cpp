#include <algorithm>

#include "kernel/mm/reclaim/ghost_list.hpp"
#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// Johnson and Shasha's full version: A1in, a queue of pages used for the first time; A1out, those that left it, without
// their frames; Am, in order of use, those that came back. A1in has a quarter of the frames, A1out names half as many
// pages as there are frames.
class TwoQ final : public Reclaimer {
 public:
  explicit TwoQ(FrameSlot slots)
      : nodes_(slots), is_main_(slots), first_most_(std::max(1U, slots / 4)), out_most_(std::max(1U, slots / 2)) {}

  void loaded(ResidentPage page) override {
    SlotNode& node = nodes_.hold(page);
    is_main_[page.slot] = out_.contains(page.key);
    out_.forget(page.key);
    (is_main_[page.slot] ? main_ : first_).push_back(node);
  }
  void referenced(ResidentPage page) override {
    if (is_main_[page.slot]) move_to_back(main_, nodes_[page.slot]);
  }
  FrameSlot choose(std::optional<PageKey>) override {
    const bool takes_first = first_.size() > first_most_ || main_.empty();
    return nodes_.slot_of(takes_first ? first_.front() : main_.front());
  }
  void freed(ResidentPage page, Loss loss) override {
    erase(is_main_[page.slot] ? main_ : first_, nodes_[page.slot]);
    if (is_main_[page.slot] || loss == Loss::gone) return;
    out_.push_back(page.key);
    if (out_.size() > out_most_) out_.forget_oldest();
  }

 private:
  SlotNodes nodes_;
  std::vector<bool> is_main_;
  SlotList first_;
  SlotList main_;
  GhostList out_;
  std::size_t first_most_;
  std::size_t out_most_;
};

}  // namespace

extern const ReclaimerRow two_q_reclaimer;
const ReclaimerRow two_q_reclaimer{
    .name = "2q",
    .summary = "pages used once pass through a queue; those that come back are kept by use",
    .source = "Johnson and Shasha, VLDB 1994 (Kin 25 %, Kout 50 %)",
    .input = ReclaimerInput::references,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> {
      return std::make_unique<TwoQ>(setup.slots);
    },
};

}  // namespace signalbox
