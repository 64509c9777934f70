#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "kernel/mm/shortage/page_scan.hpp"
#include "tests/support/reclaim_rig.hpp"
#include "tests/support/reference_strings.hpp"

// The kernel's scanning of lists against the textbook's policy `linux`: two implementations of one rule, on what both
// know: mapped pages of one kind, all clean, one victim at a time.
namespace signalbox::two_lists_test {
namespace {

class ListMemory {
 public:
  explicit ListMemory(FrameSlot size) : size_(size) {}

  void access(PageKey page) {
    if (const auto at = resident_.find(page); at != resident_.end()) {
      pages_.pages.at(at->second).accessed = 1;
      return;
    }
    if (resident_.size() == size_) evict_one();
    const FrameNumber frame = *ram_.memory.allocate(to_the_last_frame());
    pages_.pages[frame] = {.kind = PageKind::file, .is_dirty = false};
    state_.lists.add(frame, PageKind::file, list_for(page));
    resident_.emplace(page, frame);
  }
  const std::vector<PageKey>& evicted() const { return evicted_; }

 private:
  PageList list_for(PageKey page) {
    const auto shadow = shadows_.find(page);
    if (shadow == shadows_.end()) return PageList::inactive_file;
    const bool is_activated =
        state_.workingset.refaulted(shadow->second, PageKind::file, state_.lists, SwapRoom::none).is_activated;
    shadows_.erase(shadow);
    return is_activated ? PageList::active_file : PageList::inactive_file;
  }
  void evict_one() {
    PageScan scan(state_, ReclaimedBy::direct);
    do {
      while (inactive_is_low(state_.lists, PageKind::file)) scan.shrink_active(PageKind::file, 1);
      if (state_.lists.size(PageList::inactive_file) == 0) scan.shrink_active(PageKind::file, 1);
      scan.shrink_inactive(PageKind::file, 1, writes_);
      forget_references();
    } while (pages_.evicted.size() == evicted_.size());
    const auto at = std::ranges::find(resident_, pages_.evicted.back(), [](const auto& each) { return each.second; });
    evicted_.push_back(at->first);
    shadows_.emplace(at->first, pages_.shadows.back());
    resident_.erase(at);
  }
  // The textbook's one clears PG_referenced when a page becomes active; Linux does not.
  void forget_references() {
    for (auto page = state_.lists.oldest(PageList::active_file); page; page = state_.lists.younger(*page)) {
      state_.lists.marks(*page).is_referenced = false;
    }
  }

  FrameSlot size_;
  EmulatedRam ram_{64};
  SwapArea swap_{0};
  FakePages pages_{ram_.memory, swap_};
  ReclaimState state_{ram_.memory, swap_, pages_};
  std::map<PageKey, FrameNumber> resident_;
  std::map<PageKey, EvictionShadow> shadows_;
  std::vector<PageKey> evicted_;
  std::vector<BlockRequest> writes_;
};

std::vector<PageKey> evicted_by_lists(const ReferenceString& string, FrameSlot frames) {
  ListMemory memory(frames);
  for (const PageReference& reference : string) memory.access(reference.page);
  return memory.evicted();
}

TEST(TwoLists, AgreeOnPublishedStrings) {
  for (const ReferenceString* string :
       {&silberschatz, &silberschatz_exercise, &belady, &belady_other, &ostep, &stallings, &tanenbaum}) {
    for (FrameSlot frames = 1; frames <= 7; ++frames) {
      EXPECT_EQ(evicted_by_lists(*string, frames), evicted("linux", *string, {.frames = frames}));
    }
  }
}

RC_GTEST_PROP(TwoLists, AgreeOnDrawnStrings, ()) {
  const auto page = rc::gen::inRange<PageKey>(0, *rc::gen::inRange<PageKey>(1, 40));
  ReferenceString string;
  for (const PageKey each : *rc::gen::resize(400, rc::gen::container<std::vector<PageKey>>(page))) {
    string.push_back({.page = each});
  }
  const FrameSlot frames = *rc::gen::inRange<FrameSlot>(1, 30);
  const std::vector<PageKey> lost = evicted_by_lists(string, frames);
  RC_CLASSIFY(lost.size() > 20);
  RC_ASSERT(lost == evicted("linux", string, {.frames = frames}));
}

}  // namespace
}  // namespace signalbox::two_lists_test
