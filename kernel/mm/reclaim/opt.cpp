#include <boost/unordered/unordered_map.hpp>
#include <limits>
#include <set>
#include <tuple>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

// For each access, which one is the next to the same page.
std::vector<std::uint64_t> next_uses(std::span<const PageKey> accesses) {
  std::vector<std::uint64_t> next(accesses.size());
  boost::unordered_map<PageKey, std::uint64_t> soonest;
  for (std::size_t i = accesses.size(); i-- > 0;) {
    const auto [at, is_last] = soonest.try_emplace(accesses[i], i);
    next[i] = is_last ? never : at->second;
    at->second = i;
  }
  return next;
}

// Of those that are never used again, the one that was loaded first. Two passes: the first run records the accesses.
class Opt final : public Reclaimer {
 public:
  explicit Opt(const ReclaimerSetup& setup)
      : accesses_(setup.future), next_(next_uses(setup.future)), places_(setup.slots) {}

  void loaded(ResidentPage page) override {
    places_[page.slot] = {next_of(page), ++loads_, page.slot};
    order_.insert(places_[page.slot]);
  }
  void referenced(ResidentPage page) override {
    auto node = order_.extract(places_[page.slot]);
    node.value().next = next_of(page);
    places_[page.slot] = node.value();
    order_.insert(std::move(node));
  }
  FrameSlot choose(std::optional<PageKey>) override { return order_.begin()->slot; }
  void freed(ResidentPage page, Loss) override { order_.erase(places_[page.slot]); }

 private:
  struct Place {
    std::uint64_t next;
    std::uint64_t load;
    FrameSlot slot;
    // Who goes first stands first.
    friend bool operator<(const Place& a, const Place& b) {
      return std::tie(b.next, a.load, a.slot) < std::tie(a.next, b.load, b.slot);
    }
  };

  std::uint64_t next_of(ResidentPage page) {
    CHECK(now_ < accesses_.size() && accesses_[now_] == page.key, "the accesses are those that were foretold");
    return next_[now_++];
  }

  std::span<const PageKey> accesses_;
  std::vector<std::uint64_t> next_;
  std::vector<Place> places_;
  std::set<Place> order_;
  std::uint64_t now_ = 0;
  std::uint64_t loads_ = 0;
};

}  // namespace

extern const ReclaimerRow opt_reclaimer;
const ReclaimerRow opt_reclaimer{
    .name = "opt",
    .summary = "the page whose next use is furthest: the least faults there can be, if the future is known",
    .source = "Belady 1966; Mattson, Gecsei, Slutz and Traiger 1970",
    .input = ReclaimerInput::future,
    .uses_ticks = false,
    .uses_tau = false,
    .make = [](const ReclaimerSetup& setup) -> std::unique_ptr<Reclaimer> { return std::make_unique<Opt>(setup); },
};

}  // namespace signalbox
