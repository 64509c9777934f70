#pragma once

#include "kernel/alloc/heap_options.hpp"
#include "kernel/alloc/page_map.hpp"

namespace signalbox::alloc {

// Where a heap works: what it is given.
template <class P>
struct Place {
  typename P::Source& source;
  typename P::Memory& memory;
  typename P::Metadata& metadata;
  typename P::Clock& clock;
  HeapOptions options;
};

// What all arenas of a heap share: its place, and whose page is whose.
template <class P>
struct Ground : Place<P> {
  using Place<P>::metadata;

  explicit Ground(const Place<P>& place) : Place<P>(place) {}

  Extent<P>& extent(ExtentId id) { return *static_cast<Extent<P>*>(metadata.at(id.value())); }
  typename PageMap<P>::Found find(VirtAddr at) { return page_map.find(metadata, at); }
  MapEntry lookup(VirtAddr at) { return page_map.lookup(metadata, at); }

  // Enters an extent's pages: all of a slab's, else the first, and the last as nothing that can be freed.
  void enter(ExtentId id) {
    const Extent<P>& at = extent(id);
    const MapEntry inner(id, at, at.is_slab ? at.size_class : no_class);
    const bool is_block = at.state == ExtentState::active;
    page_map.set(metadata, VirtAddr(at.end().value() - page_size), inner);
    if (at.is_slab) {
      for (VirtAddr page = at.begin; page < at.end(); page += page_size) page_map.set(metadata, page, inner);
    } else {
      page_map.set(metadata, at.begin, MapEntry(id, at, is_block ? at.size_class : no_class));
    }
  }

  void remove(ExtentId id) {
    const Extent<P>& at = extent(id);
    page_map.set(metadata, at.begin, MapEntry());
    page_map.set(metadata, VirtAddr(at.end().value() - page_size), MapEntry());
    if (!at.is_slab) return;
    for (VirtAddr page = at.begin; page < at.end(); page += page_size) page_map.set(metadata, page, MapEntry());
  }

  PageMap<P> page_map;
  std::uint64_t requested = 0;  // bytes that programs asked for and have, where that is known
};

}  // namespace signalbox::alloc
