#include <vector>

#include "kernel/mm/reclaim/slot_circle.hpp"

namespace signalbox {
namespace {

// A page is in the working set if it was used within tau. The hand takes the first clean page outside; it has dirty
// ones outside written on its way. If it finds none in a round, it takes the first clean page there is, and if all are
// dirty the one it stands at.
class WsClock final : public Reclaimer {
 public:
  explicit WsClock(const ReclaimerSetup& setup)
      : circle_(setup.slots), view_(setup.view), tau_(setup.tau), used_(setup.slots) {}

  void loaded(ResidentPage page) override {
    used_[page.slot] = view_.now();
    circle_.add(page);
  }
  FrameSlot choose(std::optional<PageKey>) override {
    for (std::size_t seen = 0; seen < circle_.size(); ++seen) {
      const FrameSlot slot = circle_.at_hand();
      if (is_outside(slot)) {
        if (!view_.is_dirty(slot)) return slot;
        view_.start_write(slot);
      }
      circle_.advance();
    }
    return first_clean();
  }
  void freed(ResidentPage page, Loss) override { circle_.remove(page.slot); }

 private:
  bool is_outside(FrameSlot slot) {
    if (view_.is_accessed(slot)) {
      view_.clear_accessed(slot);
      used_[slot] = view_.now();
    }
    return view_.now() - used_[slot] > tau_;
  }
  FrameSlot first_clean() {
    for (std::size_t seen = 0; seen < circle_.size() && view_.is_dirty(circle_.at_hand()); ++seen) circle_.advance();
    return circle_.at_hand();
  }

  SlotCircle circle_;
  PageView& view_;
  std::uint64_t tau_;
  std::vector<std::uint64_t> used_;
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
