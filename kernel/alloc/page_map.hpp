#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "kernel/alloc/extent.hpp"

namespace signalbox::alloc {

// What the page map says of one page, in a word that is read and written whole: threads that free read it without a
// lock. Of an extent that is no slab only the first and the last page are entered, so that neighbours find each other.
class MapEntry {
 public:
  constexpr MapEntry() = default;  // nobody's page, or the inside of an extent
  constexpr explicit MapEntry(std::uint64_t word) : word_(word) {}
  template <class P>
  MapEntry(ExtentId id, const Extent<P>& extent, ClassIndex freeable)
      : word_(std::uint64_t{static_cast<std::uint8_t>(freeable + 1)} | std::uint64_t(extent.state) << 8U |
              std::uint64_t{extent.is_slab} << 10U | std::uint64_t{extent.arena.value()} << 16U |
              std::uint64_t{id.value()} << 32U) {}

  constexpr std::uint64_t word() const { return word_; }
  constexpr ExtentId extent() const { return ExtentId(static_cast<std::uint32_t>(word_ >> 32U)); }
  // The class of the block that begins in this page, or of the slab's regions; above any class if none does.
  constexpr unsigned freeable_class() const { return (static_cast<unsigned>(word_) & 0xffU) - 1U; }
  constexpr ExtentState state() const { return ExtentState((word_ >> 8U) & 3U); }
  constexpr bool is_slab() const { return ((word_ >> 10U) & 1U) != 0; }
  constexpr ArenaId arena() const { return ArenaId(static_cast<std::uint16_t>(word_ >> 16U)); }

 private:
  std::uint64_t word_ = 0;
};

// From a page's address to its extent: a radix tree over the 36 bits of a page number, of nodes made at first use and
// never given back. jemalloc's rtree has two levels; an emulated process, which uses little of its addresses, has more.
template <class P>
class PageMap {
 public:
  using Store = typename P::Metadata;
  using Mark = typename P::template Atomic<typename P::Mark>;
  static constexpr unsigned page_number_bits = 36;
  static constexpr unsigned levels = P::page_map_levels;
  static constexpr unsigned bits = page_number_bits / levels;
  static_assert(!marks_by_address<P> || class_bytes(P::smallest_class) >= bytes_per_mark, "no two blocks share a mark");
  static_assert(levels >= 2 && page_number_bits % levels == 0);

  // false: there is no room for the root.
  bool create(Store& store) {
    const std::uint32_t root = store.allocate(sizeof(Inner));
    if (root != 0) root_ = Links::link(store, root);
    return root != 0;
  }

  MapEntry lookup(Store& store, VirtAddr at) const { return find(store, at).entry; }

  // What there is for an address: the entry of its page and, where marks lie by address, its mark, which is nullptr if
  // nothing was ever mapped near it.
  struct Found {
    MapEntry entry;
    Mark* mark = nullptr;
  };
  Found find(Store& store, VirtAddr at) const {
    const std::uint64_t page = at.value() >> lg_page;
    if (page >> page_number_bits != 0) [[unlikely]]
      return {};
    Leaf* const leaf = find_leaf(store, page);
    if (leaf == nullptr) [[unlikely]]
      return {};
    Found found{.entry = MapEntry(leaf->entries[index(page, levels - 1)].load())};
    if constexpr (marks_by_address<P>) found.mark = &mark_in(*leaf, at);
    return found;
  }

  // The mark of an address in a range that is reserved.
  Mark& mark(Store& store, VirtAddr at) const
    requires marks_by_address<P>
  {
    return mark_in(*static_cast<Leaf*>(Links::at(store, leaf_of(store, at.value() >> lg_page))), at);
  }

  // Makes the nodes for a range, so that set() cannot fail in it. false: there is no room.
  bool reserve(Store& store, VirtAddr begin, std::uint64_t bytes) {
    const std::uint64_t last = (begin.value() + bytes - 1) >> lg_page;
    if (last >> page_number_bits != 0) return false;
    const Locked lock(mutex_);
    for (std::uint64_t leaf = begin.value() >> (lg_page + bits); leaf <= last >> bits; ++leaf) {
      if (!make_path(store, leaf << bits)) return false;
    }
    return true;
  }

  // Requires the range to be reserved.
  void set(Store& store, VirtAddr at, MapEntry entry) {
    const std::uint64_t page = at.value() >> lg_page;
    Link node = root_;
    for (unsigned level = 0; level + 1 < levels; ++level) {
      node = static_cast<Inner*>(Links::at(store, node))->children[index(page, level)].load();
    }
    static_cast<Leaf*>(Links::at(store, node))->entries[index(page, levels - 1)].store(entry.word());
  }

  // Every page that is entered, in order of address: act(VirtAddr, MapEntry).
  template <class Act>
  void for_each(Store& store, Act act) const {
    walk(store, root_, 0, 0, act);
  }

  typename P::Mutex& mutex() { return mutex_; }

 private:
  using Links = NodeLinks<Store>;
  using Link = typename Links::Link;
  struct Nothing {};
  static constexpr std::size_t marks_of_page = page_size / bytes_per_mark;
  struct Inner {
    typename P::template Atomic<Link> children[std::size_t{1} << bits];
  };
  struct Leaf {
    typename P::template Atomic<std::uint64_t> entries[std::size_t{1} << bits];
    [[no_unique_address]] std::conditional_t<marks_by_address<P>, std::array<Mark, marks_of_page << bits>, Nothing>
        marks;
  };

  static constexpr std::size_t index(std::uint64_t page, unsigned level) {
    return (page >> (bits * (levels - 1 - level))) & ((std::uint64_t{1} << bits) - 1);
  }

  static Mark& mark_in(Leaf& leaf, VirtAddr at) {
    return leaf.marks[at.value() / bytes_per_mark % (std::uint64_t{marks_of_page} << bits)];
  }

  // Null: there is none.
  Leaf* find_leaf(Store& store, std::uint64_t page) const {
    if constexpr (remembers) {
      const std::size_t place = (page >> bits) % KnownLeaves::count;
      if (known_.pages[place] == page >> bits && known_.leaves[place] != nullptr) [[likely]]
        return known_.leaves[place];
      known_.pages[place] = static_cast<std::uint32_t>(page >> bits);
      return known_.leaves[place] = look_up_leaf(store, page);
    } else {
      return look_up_leaf(store, page);
    }
  }
  Leaf* look_up_leaf(Store& store, std::uint64_t page) const {
    const Link link = leaf_of(store, page);
    return link == 0 ? nullptr : static_cast<Leaf*>(Links::at(store, link));
  }

  // 0: there is none.
  Link leaf_of(Store& store, std::uint64_t page) const {
    Link node = root_;
    for (unsigned level = 0; level + 1 < levels; ++level) {
      node = static_cast<Inner*>(Links::at(store, node))->children[index(page, level)].load();
      if (node == 0) [[unlikely]]
        return 0;
    }
    return node;
  }

  bool make_path(Store& store, std::uint64_t page) {
    Link node = root_;
    for (unsigned level = 0; level + 1 < levels; ++level) {
      auto& child = static_cast<Inner*>(Links::at(store, node))->children[index(page, level)];
      if (child.load() == 0) {
        const std::uint32_t made = store.allocate(level + 2 == levels ? sizeof(Leaf) : sizeof(Inner));
        if (made == 0) return false;
        child.store(Links::link(store, made));
      }
      node = child.load();
    }
    return true;
  }

  template <class Act>
  static void walk(Store& store, Link node, unsigned level, std::uint64_t prefix, Act& act) {
    for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
      const std::uint64_t page = prefix << bits | i;
      if (level + 1 < levels) {
        const Link child = static_cast<Inner*>(Links::at(store, node))->children[i].load();
        if (child != 0) walk(store, child, level + 1, page, act);
      } else {
        const std::uint64_t word = static_cast<Leaf*>(Links::at(store, node))->entries[i].load();
        if (word != 0) act(VirtAddr(page << lg_page), MapEntry(word));
      }
    }
  }

  // Where there are many levels, and so one thread, it remembers where it found leaves; jemalloc's threads do so
  // (rtree_ctx). They do not move; a copy, whose store is another one, finds its own.
  static constexpr bool remembers = levels > 3;
  struct KnownLeaves {
    KnownLeaves& operator=(const KnownLeaves&) {
      leaves = {};
      return *this;
    }
    static constexpr std::size_t count = 32;
    std::array<std::uint32_t, count> pages{};  // numbers without the bits that the leaf has
    std::array<Leaf*, count> leaves{};
  };
  Link root_ = 0;
  typename P::Mutex mutex_;
  [[no_unique_address]] mutable std::conditional_t<remembers, KnownLeaves, Nothing> known_{};
};

}  // namespace signalbox::alloc
