#include <algorithm>
#include <vector>

#include "kernel/mm/reclaim/slot_list.hpp"

namespace signalbox {
namespace {

// The frames lie in a circle, as in Clock. A page is in the working set if it was used within tau. The hand takes the
// first clean page outside; it has dirty ones outside written on its way. If it finds none in a round, it takes the
// first clean page there is, and if all are dirty the one it stands at.
class WsClock final : public Reclaimer {
 public:
  explicit WsClock(const ReclaimerSetup& setup)
      : nodes_(setup.slots), view_(setup.view), tau_(setup.tau), used_(setup.slots) {}

  void loaded(ResidentPage page) override {
    used_[page.slot] = view_.now();
    circle_.insert(hand_, nodes_.hold(page));
  }
  FrameSlot choose(std::optional<PageKey>) override {
    wrap();
    for (std::size_t seen = 0; seen < circle_.size(); ++seen) {
      const FrameSlot slot = nodes_.slot_of(*hand_);
      if (is_outside(slot)) {
        if (!view_.is_dirty(slot)) return slot;
        view_.start_write(slot);
      }
      ++hand_;
      wrap();
    }
    return first_clean();
  }
  void freed(ResidentPage page, Loss) override {
    const SlotList::iterator at = circle_.iterator_to(nodes_[page.slot]);
    if (hand_ == at) ++hand_;
    circle_.erase(at);
  }

 private:
  void wrap() {
    if (hand_ == circle_.end()) hand_ = circle_.begin();
  }
  bool is_outside(FrameSlot slot) {
    if (view_.is_accessed(slot)) {
      view_.clear_accessed(slot);
      used_[slot] = view_.now();
    }
    return view_.now() - used_[slot] > tau_;
  }
  FrameSlot first_clean() {
    for (std::size_t seen = 0; seen < circle_.size(); ++seen) {
      const FrameSlot slot = nodes_.slot_of(*hand_);
      if (!view_.is_dirty(slot)) return slot;
      ++hand_;
      wrap();
    }
    return nodes_.slot_of(*hand_);
  }

  SlotNodes nodes_;
  PageView& view_;
  std::uint64_t tau_;
  std::vector<std::uint64_t> used_;
  SlotList circle_;
  SlotList::iterator hand_ = circle_.end();
};

}  // namespace

extern const ReclaimerRow wsclock_reclaimer;
const ReclaimerRow wsclock_reclaimer{
    .name = "wsclock",
    .summary = "round robin over the frames: the first clean page that was not used within tau",
    .source = "Carr and Hennessy 1981; Tanenbaum and Bos, Modern Operating Systems, 3.4.9",
    .input = ReclaimerInput::bits,
    .uses_ticks = false,
    .uses_tau = true,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> { return std::make_unique<WsClock>(setup); },
};

}  // namespace signalbox
