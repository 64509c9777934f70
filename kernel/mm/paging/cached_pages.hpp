#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "kernel/mm/shortage/reclaimable_pages.hpp"
#include "kernel/mm/shortage/swap_area.hpp"
#include "kernel/mm/space/page_store.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

class MainMemory;

// The pages of one store that are in memory, or what stays of those that were: the page cache of a file, and where the
// pages of shared memory are (Linux's address_space).
class CachedPages final
    : public StoredPages,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
      public KernelObject<ObjectClass::address_space> {
 public:
  // The store's; made if it has none.
  static CachedPages& of(PageStore& store, MainMemory& memory);
  CachedPages(PageStore& store, MainMemory& memory) : store_(store), memory_(memory) {}
  // Gives all back, dirty or not. Nobody maps them any more.
  ~CachedPages() override;

  PageStore& store() { return store_; }
  const PageStore& store() const { return store_; }
  PageStore::Kind kind() const { return store_.kind(); }

  // Some mapping has, or had, private copies of pages.
  bool is_copied = false;

  using Place = std::variant<FrameNumber, SwapSlot, EvictionShadow>;
  // Where the page is; null if it never was in memory, or left nothing.
  const Place* find(std::uint64_t page) const;
  std::optional<FrameNumber> frame(std::uint64_t page) const;
  // It has bytes in a file or in swap, and is not in memory; else it is zeros.
  bool needs_read(std::uint64_t page) const;
  void set(std::uint64_t page, Place place) { places_.insert_or_assign(page, place); }
  void forget(std::uint64_t page) { places_.erase(page); }
  // All in [first, last], in ascending order; `set` and `forget` of the page that is visited are allowed.
  template <class Action>
  void visit(std::uint64_t first, std::uint64_t last, Action action) const {
    for (auto at = places_.lower_bound(first); at != places_.end() && at->first <= last;) {
      const auto here = at++;
      action(here->first, Place(here->second));
    }
  }
  // The first page in [first, last] of whose place it holds.
  template <class Holds>
  std::optional<std::uint64_t> find_first(std::uint64_t first, std::uint64_t last, Holds holds) const {
    for (auto at = places_.lower_bound(first); at != places_.end() && at->first <= last; ++at) {
      if (holds(at->second)) return at->first;
    }
    return std::nullopt;
  }

 private:
  PageStore& store_;
  MainMemory& memory_;
  using Node = std::pair<const std::uint64_t, Place>;
  std::map<std::uint64_t, Place, std::less<>, ObjectAllocator<Node, ObjectClass::radix_tree_node>> places_;
};

}  // namespace signalbox
