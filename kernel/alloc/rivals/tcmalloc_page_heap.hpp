#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "kernel/alloc/page_map.hpp"
#include "kernel/alloc/rivals/rival_platform.hpp"
#include "kernel/alloc/rivals/tcmalloc_sizes.hpp"

namespace signalbox::alloc::tc {

using SpanId = Id<struct SpanTag, std::uint32_t>;  // a handle; 0 is none
constexpr bool is_none(SpanId id) { return id.value() == 0; }

// A run of pages of 8 KiB. One that is cut into blocks of a class has those that are free in a list through them.
struct Span {
  enum class Place : std::uint8_t { in_use, normal, returned };

  VirtAddr begin;
  std::uint64_t pages;
  SpanId next;  // in the list it is in
  SpanId previous;
  VirtAddr objects;
  std::uint32_t used;  // blocks that are not in `objects`
  std::uint8_t size_class;
  Place place;

  std::uint64_t bytes() const { return pages << tc::lg_page; }
  VirtAddr end() const { return begin + bytes(); }
};

// A list of spans through their records.
struct SpanList {
  SpanId first;
  SpanId last;
  std::uint64_t count = 0;
};

// TCMalloc's page heap as gperftools has it: free spans by length up to 128 pages, longer ones by best fit, those whose
// memory was given back apart; grown by 1 MiB at least, with sbrk(2) first; a page for every 1,000 that are freed is
// given back to the system.
class PageHeap {
 public:
  PageHeap(ProcessMemory& memory, ProcessMetadata& metadata, std::uint64_t release_rate)
      : memory_(memory), metadata_(metadata), release_rate_(release_rate) {}

  // false: out of memory.
  bool start() { return map_.create(metadata_); }

  Span& at(SpanId id) { return *static_cast<Span*>(metadata_.at(id.value())); }
  // The span that has this address among its pages, if it was entered there; none: nobody's.
  SpanId find(VirtAddr at) { return SpanId(static_cast<std::uint32_t>(map_.lookup(metadata_, at).word() >> 32U)); }

  // None: out of memory.
  SpanId allocate(std::uint64_t pages);
  void free(SpanId id);
  // Leaves it so many pages and answers the rest, in use too; none: out of memory, nothing happened.
  SpanId cut(SpanId id, std::uint64_t pages);
  // Enters all its pages, so that blocks in it are found.
  void set_class(SpanId id, std::uint8_t size_class);
  // Gives the memory of all free spans back.
  void release_all() { release(~std::uint64_t{0}); }

  void push(SpanList& list, SpanId id);
  void remove(SpanList& list, SpanId id);

  std::uint64_t system_bytes() const { return system_bytes_; }
  std::uint64_t normal_bytes() const { return free_bytes_[0]; }
  std::uint64_t returned_bytes() const { return free_bytes_[1]; }
  std::uint64_t releases() const { return releases_; }
  std::uint64_t released_pages() const { return released_pages_; }
  std::uint64_t growths() const { return growths_; }
  std::uint64_t free_spans() const;
  std::uint64_t locks() const { return mutex_.taken(); }
  // Empty if all is well.
  std::string broken();

 private:
  using Place = Span::Place;
  using Order = std::tuple<std::uint64_t, VirtAddr, SpanId>;  // of long ones: length, then address

  static unsigned side(Place place) { return place == Place::normal ? 0 : 1; }
  SpanId new_record();
  SpanId fit(std::uint64_t pages);
  SpanId carve(SpanId id, std::uint64_t pages);
  bool grow(std::uint64_t pages);
  VirtAddr ask_break(std::uint64_t bytes);
  void insert(SpanId id);
  void take_out(SpanId id);
  void merge_and_insert(SpanId id);
  void enter(SpanId id);
  void scavenge(std::uint64_t pages);
  std::uint64_t release(std::uint64_t pages);
  std::uint64_t release_one(unsigned length);

  ProcessMemory& memory_;
  ProcessMetadata& metadata_;
  std::uint64_t release_rate_;
  CountingMutex mutex_;
  PageMap<RivalPlatform> map_;
  SpanId free_records_;
  std::array<std::array<SpanList, list_pages + 1>, 2> lists_{};
  std::array<std::set<Order>, 2> long_;
  std::array<std::uint64_t, 2> free_bytes_{};
  std::uint64_t system_bytes_ = 0;
  std::uint64_t growths_ = 0;
  std::uint64_t releases_ = 0;
  std::uint64_t released_pages_ = 0;
  std::int64_t until_release_ = 0;
  unsigned release_index_ = list_pages;
};

}  // namespace signalbox::alloc::tc
