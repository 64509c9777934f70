#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <tuple>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sched/ratio_tree.hpp"

namespace signalbox {

// The first of ratios that rise while they wait, as RatioTree has it, for items that mostly come in the order of their
// origins. Who came earlier and has no greater divisor comes before another for ever: such items lie on one pile, and
// only the tops of the piles compete. An item goes onto the pile with the greatest divisor that will do (patience
// sorting: Aldous and Diaconis, Longest Increasing Subsequences, 1999); 100,000 with random divisors, of which the
// first one always leaves and another comes, lie on 1,600 piles. So most that come cost a binary search among these,
// and one that leaves a change of their tournament. What comes in falling divisors makes a pile each. `Item` has a
// public std::uint32_t queue_position, which is ours while the item is in here.
template <class Item>
class RatioPiles {
 public:
  bool empty() const { return tops_.empty(); }
  const RisingRatio& ratio(const Item& item) const { return cards_[item.queue_position].ratio; }

  // Requires an item that is in no piles. Time never goes back, from any call to the next.
  void add(Item& item, const RisingRatio& ratio, Instant now) {
    item.queue_position = vacant_card();
    cards_[item.queue_position] = {.ratio = ratio, .item = &item};
    put(pile_for(ratio), item.queue_position, now);
  }
  // Requires an item of these piles.
  void remove(Item& item, Instant now) {
    const std::uint32_t index = item.queue_position;
    CHECK(index < cards_.size() && cards_[index].item == &item, "only what is in the piles can be removed");
    Card& card = cards_[index];
    Pile& pile = *card.pile;
    (card.next == nobody ? pile.last : cards_[card.next].previous) = card.previous;
    (card.previous == nobody ? pile.first : cards_[card.previous].next) = card.next;
    card.item = nullptr;
    vacant_cards_.push_back(index);
    if (card.previous != nobody) return;
    if (pile.first != nobody) {
      const Card& top = cards_[pile.first];
      __builtin_prefetch(top.item);  // it is at the front before long
      return tops_.change(pile, top.ratio, now);
    }
    tops_.remove(pile, now);
    if (!pile.is_open) vacant_piles_.push_back(&pile);
  }

  // The one that comes before all others now. Requires that it is not empty.
  Item& front(Instant now) { return *cards_[tops_.front(now).first].item; }

 private:
  static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t few_piles = 16;

  struct Pile {
    std::uint32_t queue_position = 0;
    std::uint32_t first = nobody;
    std::uint32_t last = nobody;
    bool is_open = false;
  };
  struct Card {
    RisingRatio ratio;
    Item* item = nullptr;  // null: vacant
    Pile* pile = nullptr;
    std::uint32_t previous = nobody;
    std::uint32_t next = nobody;
  };
  // A pile that takes more, perhaps an empty one. Nobody on it has a divisor greater than `bound`.
  struct Open {
    Duration bound;
    Pile* pile;
  };

  Pile& pile_for(const RisingRatio& ratio) {
    const auto found = std::ranges::lower_bound(open_, ratio.divisor, std::greater<>(), &Open::bound);
    if (found == open_.end()) {
      if (open_.size() == limit_) close_empty();
      Pile& pile = vacant_pile();
      pile.is_open = true;
      open_.push_back({.bound = ratio.divisor, .pile = &pile});
      return pile;
    }
    Pile& pile = *found->pile;
    if (pile.last != nobody && !came_before(cards_[pile.last].ratio, ratio)) return vacant_pile();
    found->bound = ratio.divisor;  // which is less than that of the pile before it
    return pile;
  }
  static bool came_before(const RisingRatio& a, const RisingRatio& b) {
    return std::tie(a.origin, a.order) < std::tie(b.origin, b.order);
  }
  void put(Pile& pile, std::uint32_t index, Instant now) {
    Card& card = cards_[index];
    card.pile = &pile;
    card.previous = pile.last;
    if (pile.last == nobody) {
      pile.first = index;
      tops_.add(pile, card.ratio, now);
    } else {
      cards_[pile.last].next = index;
    }
    pile.last = index;
  }
  // An empty pile goes on taking cards, until there would be more piles than ever.
  void close_empty() {
    std::erase_if(open_, [this](const Open& open) {
      if (open.pile->first != nobody) return false;
      open.pile->is_open = false;
      vacant_piles_.push_back(open.pile);
      return true;
    });
    if (2 * open_.size() > limit_) limit_ *= 2;
  }

  std::uint32_t vacant_card() {
    if (vacant_cards_.empty()) {
      cards_.emplace_back();
      return static_cast<std::uint32_t>(cards_.size() - 1);
    }
    // The one that was left last is still in the host's cache.
    const std::uint32_t index = vacant_cards_.back();
    vacant_cards_.pop_back();
    return index;
  }
  Pile& vacant_pile() {
    if (vacant_piles_.empty()) return piles_.emplace_back();
    Pile& pile = *vacant_piles_.back();
    vacant_piles_.pop_back();
    return pile;
  }

  RatioTree<Pile> tops_;
  std::vector<Open> open_;  // by falling bounds, of which no two are equal
  std::size_t limit_ = few_piles;
  std::vector<Card> cards_;
  std::vector<std::uint32_t> vacant_cards_;
  std::deque<Pile> piles_;  // a deque, because a pile stays where it is
  std::vector<Pile*> vacant_piles_;
};

}  // namespace signalbox
