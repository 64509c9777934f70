#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sched/rising_ratio.hpp"

namespace signalbox {

// Items ordered by ratios that rise while they wait, each at its own speed, so that the order changes by itself: a
// kinetic tournament (Basch, Guibas and Hershberger, Data Structures for Mobile Data, SODA 1997). A match between two
// winners knows until when its result stands, and is played again only after that.
// Every call is told the time, which never goes back. Changing an item is O(log n), finding the first one O(1) but for
// the matches whose time has passed: O(log^2 n) an item over the whole of a run.
// `Item` has a public std::uint32_t queue_position, which is the tree's while the item is in it.
template <class Item>
class RatioTree {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const RisingRatio& ratio(const Item& item) const { return ratios_[item.queue_position]; }

  // Requires an item that is in no tree.
  void add(Item& item, const RisingRatio& ratio, Instant now) {
    if (vacant_.empty()) grow(now);
    // The slot that was left last: its matches are still in the host's cache.
    item.queue_position = vacant_.back();
    vacant_.pop_back();
    ++size_;
    items_[item.queue_position] = &item;
    change(item, ratio, now);
  }
  // Requires an item of this tree, as change does.
  void remove(Item& item, Instant now) {
    const std::uint32_t slot = item.queue_position;
    CHECK(slot < items_.size() && items_[slot] == &item, "only what is in the tree can be removed");
    items_[slot] = nullptr;
    vacant_.push_back(slot);
    --size_;
    play_up_from(slot, now);
    if (size_ != 0) __builtin_prefetch(items_[matches_[root].winner]);  // who is likely to be the next to leave
  }
  void change(Item& item, const RisingRatio& ratio, Instant now) {
    ratios_[item.queue_position] = ratio;
    play_up_from(item.queue_position, now);
  }

  // The one that comes before all others now. Requires a tree that is not empty.
  Item& front(Instant now) {
    replay(root, now);
    return *items_[matches_[root].winner];
  }
  // The one that came before all others when this was last asked or changed; null if it is empty.
  const Item* likely_front() const { return empty() ? nullptr : items_[matches_[root].winner]; }

 private:
  static constexpr std::size_t root = 1;
  static constexpr std::size_t least_slots = 16;
  static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

  // A match of the winners of the nodes 2i and 2i + 1; the leaves below are the slots.
  struct Match {
    std::uint32_t winner = nobody;          // a slot
    Instant stands_until = Instant::max();  // then it must be played again
    bool operator==(const Match&) const = default;
  };

  // Of a leaf or an inner node, as it was last played.
  Match result(std::size_t node) const {
    if (node < items_.size()) return matches_[node];
    const std::size_t slot = node - items_.size();
    return {.winner = items_[slot] == nullptr ? nobody : static_cast<std::uint32_t>(slot),
            .stands_until = Instant::max()};
  }
  Match play(std::size_t node, Instant now) const {
    const Match left = result(2 * node);
    const Match right = result(2 * node + 1);
    if (right.winner == nobody) return left;
    if (left.winner == nobody) return right;
    const bool left_wins = comes_before(ratios_[left.winner], ratios_[right.winner], now);
    const Match& winner = left_wins ? left : right;
    const Match& loser = left_wins ? right : left;
    const Instant overtaken = overtakes_at(ratios_[loser.winner], ratios_[winner.winner], now);
    return {.winner = winner.winner, .stands_until = std::min({left.stands_until, right.stands_until, overtaken})};
  }
  void play_up_from(std::uint32_t slot, Instant now) {
    for (std::size_t node = (items_.size() + slot) / 2; node >= root; node /= 2) {
      const Match before = matches_[node];
      matches_[node] = play(node, now);
      // Nothing above can have changed, unless it is this slot that has won.
      if (matches_[node] == before && before.winner != slot) return;
    }
  }
  void replay(std::size_t node, Instant now) {
    if (node >= items_.size() || matches_[node].stands_until > now) return;
    replay(2 * node, now);
    replay(2 * node + 1, now);
    matches_[node] = play(node, now);
  }
  void grow(Instant now) {
    const std::size_t before = items_.size();
    const std::size_t slots = std::max(least_slots, 2 * before);
    items_.resize(slots);
    ratios_.resize(slots);
    matches_.resize(slots);
    for (std::size_t slot = slots; slot > before; --slot) vacant_.push_back(static_cast<std::uint32_t>(slot - 1));
    for (std::size_t node = slots - 1; node >= root; --node) matches_[node] = play(node, now);
  }

  std::size_t size_ = 0;
  std::vector<Item*> items_;           // by slot; null: vacant
  std::vector<RisingRatio> ratios_;    // by slot
  std::vector<Match> matches_;         // a complete binary tree above the slots
  std::vector<std::uint32_t> vacant_;  // slots, the next one to be filled last
};

}  // namespace signalbox
