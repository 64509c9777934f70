#include "kernel/mm/shortage/shortage.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/reclaim_rig.hpp"

// What must hold for reclaim, whatever happens to the pages: none is lost, none is twice, none goes that must not.
// FakePages finds evictions of pages that are dirty, mapped, busy or locked.
namespace signalbox::shortage_property_test {
namespace {

constexpr std::uint32_t frames = 128;

enum class Event : std::uint8_t {
  add,
  remove,
  access,
  touch,
  lock,
  unlock,
  dirty,
  write_one,
  background,
  direct,
  flush,
  tick
};

struct Move {
  Event event;
  std::uint32_t which;  // of the pages
};

std::vector<Move> drawn_moves(int most) {
  const auto move =
      rc::gen::map(rc::gen::pair(rc::gen::inRange<int>(0, 40), rc::gen::inRange<std::uint32_t>(0, 1U << 20U)),
                   [](const std::pair<int, std::uint32_t>& drawn) {
                     // Half of all moves add a page, so that memory runs short.
                     return Move{drawn.first < 12 ? static_cast<Event>(drawn.first) : Event::add, drawn.second};
                   });
  return *rc::gen::resize(most, rc::gen::container<std::vector<Move>>(move));
}

ShortageConfig drawn_config() {
  static const std::vector<std::string_view> policies{"linux", "fifo",  "clock",  "second_chance",
                                                      "nru",   "aging", "wsclock"};
  return {.swappiness = *rc::gen::inRange(0U, 201U),
          .replacement = {.policy = find_reclaimer(*rc::gen::elementOf(policies)),
                          .scope = *rc::gen::element(ReplacementScope::global, ReplacementScope::local)}};
}

// Makes the moves, and looks after each whether all is right.
class Life {
 public:
  Life(std::uint32_t swap_slots, const ShortageConfig& config) : rig_(frames, swap_slots, config) {}

  void make(const Move& move) {
    rig_.clock.at += 100_ms;
    if (move.event == Event::add) return add(move.which);
    if (rig_.pages.pages.empty()) return;
    const FrameNumber page = std::next(rig_.pages.pages.begin(), move.which % std::ssize(rig_.pages.pages))->first;
    FakePage& at = rig_.pages.pages.at(page);
    switch (move.event) {
      case Event::add:
        return;
      case Event::remove:
        if (!at.is_busy) rig_.remove(page);
        return;
      case Event::access:
        return rig_.access(page);
      case Event::touch:
        return rig_.shortage.touched(page);
      case Event::lock:
        if (at.mappings == 0) return;
        at.is_locked = true;
        return rig_.shortage.locked(page);
      case Event::unlock:
        at.is_locked = false;
        return rig_.shortage.unlocked(page);
      case Event::dirty:
        return dirty(page, at);
      case Event::write_one:
      case Event::background:
      case Event::direct:
      case Event::flush:
      case Event::tick:
        return reclaim(move.event);
    }
  }
  void check() const {
    const PageLists& lists = rig_.shortage.lists();
    std::array<std::uint32_t, page_list_count> counted{};
    for (std::uint32_t frame = 0; frame < frames; ++frame) {
      const FrameNumber page(frame);
      RC_ASSERT(lists.contains(page) == rig_.pages.pages.contains(page));
      if (lists.contains(page)) ++counted[static_cast<std::size_t>(lists.list_of(page))];
    }
    for (std::size_t list = 0; list < page_list_count; ++list) {
      RC_ASSERT(counted[list] == lists.size(static_cast<PageList>(list)));
    }
    RC_ASSERT(rig_.ram.memory.free_frames() + rig_.pages.pages.size() == frames);
    RC_ASSERT(rig_.shortage.writes().writing() ==
              std::ranges::count_if(rig_.pages.pages, [](const auto& each) { return each.second.is_busy; }));
    std::set<SwapSlot> slots(rig_.pages.swapped_out.begin(), rig_.pages.swapped_out.end());
    RC_ASSERT(slots.size() == rig_.pages.swapped_out.size());
    for (const auto& [frame, page] : rig_.pages.pages) {
      if (page.slot) RC_ASSERT(slots.insert(*page.slot).second);
    }
    RC_ASSERT(slots.size() + rig_.swap.free_slots() == rig_.swap.slots());
    const ReclaimCounters& counters = rig_.shortage.counters();
    RC_ASSERT(counters.reclaimed_background + counters.reclaimed_direct == rig_.pages.evicted.size());
    RC_ASSERT(counters.reclaimed[0] + counters.reclaimed[1] == rig_.pages.evicted.size());
  }
  const ReclaimRig& rig() const { return rig_; }

 private:
  void add(std::uint32_t which) {
    if (rig_.ram.memory.free_frames() == 0) return reclaim(Event::direct);
    FakePage page{.kind = which % 2 == 0 ? PageKind::anonymous : PageKind::file,
                  .accessed = which / 2 % 2,
                  .is_dirty = which % 2 == 0 || which / 4 % 4 == 0,
                  .is_code = which / 16 % 2 == 0,
                  .owner = AddressSpaceId(which / 32 % 3)};
    std::optional<EvictionShadow> shadow;
    if (which % 3 == 0 && !rig_.pages.shadows.empty()) shadow = rig_.pages.shadows[which % rig_.pages.shadows.size()];
    rig_.add(page, shadow);
  }
  void dirty(FrameNumber page, FakePage& at) {
    if (at.kind == PageKind::anonymous && at.mappings == 0) return;  // only a mapping can change it
    at.is_dirty = true;
    if (at.kind == PageKind::file) rig_.shortage.dirtied(page);
  }
  void reclaim(Event event) {
    if (event == Event::write_one) {
      if (const auto oldest = rig_.shortage.writes().oldest_writing()) rig_.written(*oldest);
    } else if (event == Event::background) {
      rig_.shortage.background().step();
    } else if (event == Event::direct) {
      DirectReclaim direct(rig_.shortage, {.watermark = WatermarkLevel::min}, AddressSpaceId(1));
      rig_.run(direct);
    } else if (event == Event::flush) {
      rig_.shortage.write_back().step(rig_.clock.at);
    } else {
      rig_.shortage.tick();
    }
  }

  ReclaimRig rig_;
};

RC_GTEST_PROP(ShortageLife, NoPageIsLostOrTwice, ()) {
  const std::vector<Move> moves = drawn_moves(800);
  Life life(*rc::gen::element(0U, 40U, 1000U), drawn_config());
  for (const Move& move : moves) {
    life.make(move);
    if (move.which % 16 == 0) life.check();
  }
  life.check();
  RC_CLASSIFY(!life.rig().pages.evicted.empty(), "reclaims");
  RC_CLASSIFY(!life.rig().pages.swapped_out.empty(), "swaps out");
}

RC_GTEST_PROP(ShortageLife, TheSameTwice, ()) {
  const std::vector<Move> moves = drawn_moves(300);
  const std::uint32_t slots = *rc::gen::element(0U, 40U, 1000U);
  const ShortageConfig config = drawn_config();
  Life first(slots, config);
  Life second(slots, config);
  for (const Move& move : moves) first.make(move);
  for (const Move& move : moves) second.make(move);
  RC_ASSERT(first.rig().pages.evicted == second.rig().pages.evicted);
  RC_ASSERT(first.rig().pages.swapped_out == second.rig().pages.swapped_out);
  RC_ASSERT(first.rig().shortage.counters() == second.rig().shortage.counters());
}

}  // namespace
}  // namespace signalbox::shortage_property_test
