#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/functional/hash.hpp>
#include <boost/unordered/unordered_map.hpp>
#include <cstdint>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/mm/paging/lineage.hpp"
#include "kernel/mm/shortage/swap_area.hpp"

namespace signalbox {

class CachedPages;

// Where a page is mapped.
struct PageMapping {
  UserSpace* space = nullptr;
  VirtAddr at = {};

  bool operator==(const PageMapping&) const = default;
};

enum class PageContent : std::uint8_t {
  none,       // not a page of a user
  anonymous,  // private to those who map it
  shared,     // of shared memory
  file,
};

enum class PageTransfer : std::uint8_t { none, reading, writing };

// What is known of a frame that holds a user's page (Linux's struct page). A frame has a reference for each mapping,
// one for the cache it is in, be it an object's or swap's, and one while it is read or written. Half a line of the
// host's cache: fork touches the records of all pages.
struct alignas(32) PageRecord {
  // Of shared memory and files: the object's; null once the page has left it, and of anonymous pages.
  CachedPages* cache() const { return content == PageContent::anonymous ? nullptr : cache_; }
  // Of an anonymous page that is mapped: whoever maps it descends from this one.
  Lineage& family() const {
    CHECK(content == PageContent::anonymous && family_ != nullptr, "a mapped anonymous page has a family");
    return *family_;
  }
  void enter_cache(PageContent what, CachedPages& cache, std::uint64_t page) {
    content = what;
    cache_ = &cache;
    index = page;
  }
  void leave_cache() { cache_ = nullptr; }
  // Requires an anonymous page.
  void begin_family(Lineage& family, VirtAddr at) {
    CHECK(content == PageContent::anonymous, "only private pages have families");
    family_ = &family;
    index = at.value();
  }

  std::uint64_t index = 0;     // the page's number in the object; of an anonymous one, where it was mapped first
  std::uint32_t mappings = 0;  // _mapcount + 1
  std::uint32_t listed = 0;    // those in the records' pool, the youngest first; 0: none
  SwapSlot slot = {};          // if it has one
  PageContent content = PageContent::none;
  PageTransfer transfer = PageTransfer::none;
  bool has_slot : 1 = false;      // in the swap cache (PG_swapcache), or of shared memory with a place in swap
  bool is_dirty : 1 = false;      // PG_dirty; mappings have marks of their own
  bool is_exclusive : 1 = false;  // PG_anon_exclusive: mapped once, and no swap entry knows it
  bool is_lazy : 1 = false;       // given up by madv_free, if not written since (not PG_swapbacked)
  bool is_indexed : 1 = false;    // what is listed is in the records' index, because there is much of it

  // An anonymous page that is mapped where it was first is found by asking the family: such a mapping is only counted,
  // so that fork is cheap. All others are listed.
  bool is_only_counted(VirtAddr at) const { return content == PageContent::anonymous && at.value() == index; }

 private:
  union {
    CachedPages* cache_ = nullptr;
    Lineage* family_;
  };
};
static_assert(sizeof(PageRecord) == 32);

// How many pages are what: sums over all records, kept as they change (mm/vmstat.c, enum node_stat_item).
struct PageCounts {
  std::uint64_t anonymous_mapped = 0;  // NR_ANON_MAPPED
  std::uint64_t cached_mapped = 0;     // of files and shared memory: NR_FILE_MAPPED
  std::uint64_t cached = 0;            // in an object's cache
  std::uint64_t shared = 0;            // of these, of shared memory: NR_SHMEM
  std::uint64_t swap_cached = 0;       // NR_SWAPCACHE, but for shared memory
  std::uint64_t writing = 0;           // NR_WRITEBACK

  bool operator==(const PageCounts&) const = default;
};

// A record for every frame, and the reverse map: who maps a page, exactly.
class PageRecords {
 public:
  using Mappings = boost::container::small_vector<PageMapping, 8>;

  explicit PageRecords(std::uint32_t frames) : records_(frames), pool_(1) {}

  PageRecord& operator[](FrameNumber frame) { return records_[frame.value()]; }
  const PageRecord& operator[](FrameNumber frame) const { return records_[frame.value()]; }

  void add_mapping(FrameNumber frame, PageMapping mapping) {
    PageRecord& record = records_[frame.value()];
    if (record.mappings++ == 0) ++mapped(record);
    if (!record.is_only_counted(mapping.at)) list(frame, mapping);
  }
  // Requires that it is there.
  void remove_mapping(FrameNumber frame, PageMapping mapping);
  void move_mapping(FrameNumber frame, PageMapping from, VirtAddr to) {
    remove_mapping(frame, from);
    add_mapping(frame, {from.space, to});
  }

  // Of an anonymous page those at its first address, parents before children; then all others, the youngest first.
  Mappings mappings_of(FrameNumber frame) const;
  // Calls action(PageMapping) for each; the action may remove any.
  template <class Action>
  void each_mapping(FrameNumber frame, Action action) const {
    for (const PageMapping& each : mappings_of(frame)) action(each);
  }

  // Calls action(PageMapping) for those that are listed.
  template <class Action>
  void each_listed(const PageRecord& record, Action action) const {
    std::uint32_t node = record.listed;
    if (node == 0) return;
    do {
      action(pool_[node].mapping);
      node = pool_[node].next;
    } while (node != record.listed);
  }

  // What changes in a record but for mappings is counted by whoever changes it.
  PageCounts& counts() { return counts_; }
  const PageCounts& counts() const { return counts_; }

  // Nodes of the pool in use, for tests.
  std::size_t pool_used() const { return pool_.size() - 1 - free_count_; }

 private:
  // In a ring: from the youngest on, each is older, and after the oldest comes the youngest again.
  struct Node {
    PageMapping mapping;
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
  };

  std::uint64_t& mapped(const PageRecord& record) {
    return record.content == PageContent::anonymous ? counts_.anonymous_mapped : counts_.cached_mapped;
  }
  // Of a listed mapping; spaces are told apart by where they are, which decides nothing: nobody goes through an index.
  struct Place {
    FrameNumber frame;
    PageMapping mapping;

    bool operator==(const Place&) const = default;
  };
  struct HashOfPlace {
    std::size_t operator()(const Place& place) const {
      std::size_t seed = boost::hash<const UserSpace*>()(place.mapping.space);
      boost::hash_combine(seed, place.frame.value());
      boost::hash_combine(seed, place.mapping.at.value());
      return seed;
    }
  };

  void list(FrameNumber frame, PageMapping mapping);
  // A node before `youngest`; 0: alone.
  std::uint32_t new_node(PageMapping mapping, std::uint32_t youngest);
  // Takes the node out of the index, if it is there.
  std::uint32_t find_node(FrameNumber frame, PageMapping mapping);
  // 0: it is not among those near the ends.
  std::uint32_t find_near_ends(std::uint32_t youngest, PageMapping mapping) const;
  void index_all(FrameNumber frame);
  void free_node(std::uint32_t node);

  std::vector<PageRecord> records_;
  PageCounts counts_;
  std::vector<Node> pool_;  // the first is nobody's
  boost::unordered_map<Place, std::uint32_t, HashOfPlace> index_;
  std::uint32_t free_ = 0;
  std::size_t free_count_ = 0;
};

}  // namespace signalbox
