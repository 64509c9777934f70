#include "kernel/alloc/rivals/tcmalloc_page_heap.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox::alloc::tc {
namespace {

constexpr std::int64_t longest_release_delay = 1 << 20U;  // pages
constexpr std::int64_t default_release_delay = 1 << 18U;

}  // namespace

SpanId PageHeap::new_record() {
  if (!is_none(free_records_)) {
    const SpanId id = free_records_;
    free_records_ = at(id).next;
    at(id) = Span{};
    return id;
  }
  return SpanId(metadata_.allocate(sizeof(Span)));
}

void PageHeap::push(SpanList& list, SpanId id) {
  Span& span = at(id);
  span.previous = SpanId();
  span.next = list.first;
  if (is_none(list.first)) {
    list.last = id;
  } else {
    at(list.first).previous = id;
  }
  list.first = id;
  ++list.count;
}

void PageHeap::remove(SpanList& list, SpanId id) {
  const Span& span = at(id);
  (is_none(span.previous) ? list.first : at(span.previous).next) = span.next;
  (is_none(span.next) ? list.last : at(span.next).previous) = span.previous;
  --list.count;
}

void PageHeap::insert(SpanId id) {
  const Span& span = at(id);
  free_bytes_[side(span.place)] += span.bytes();
  if (span.pages > list_pages) {
    long_[side(span.place)].emplace(span.pages, span.begin, id);
  } else {
    push(lists_[side(span.place)][span.pages], id);
  }
}

void PageHeap::take_out(SpanId id) {
  const Span& span = at(id);
  free_bytes_[side(span.place)] -= span.bytes();
  if (span.pages > list_pages) {
    long_[side(span.place)].erase({span.pages, span.begin, id});
  } else {
    remove(lists_[side(span.place)][span.pages], id);
  }
}

// First and last page: what neighbours look for, and where blocks of whole pages begin.
void PageHeap::enter(SpanId id) {
  const Span& span = at(id);
  const MapEntry entry(std::uint64_t{id.value()} << 32U);
  map_.set(metadata_, span.begin, entry);
  map_.set(metadata_, VirtAddr(span.end().value() - page), entry);
}

void PageHeap::set_class(SpanId id, std::uint8_t size_class) {
  Span& span = at(id);
  span.size_class = size_class;
  if (size_class == 0) return;
  for (VirtAddr each = span.begin; each < span.end(); each += page) {
    map_.set(metadata_, each, MapEntry(std::uint64_t{id.value()} << 32U));
  }
}

SpanId PageHeap::allocate(std::uint64_t pages) {
  const Locked lock(mutex_);
  SpanId id = fit(pages);
  if (is_none(id) && grow(pages)) id = fit(pages);
  return is_none(id) ? id : carve(id, pages);
}

// The shortest that is long enough; of two as short, one that still has its memory, or of long ones the lower.
SpanId PageHeap::fit(std::uint64_t pages) {
  for (std::uint64_t length = pages; length <= list_pages; ++length) {
    for (const auto& lists : lists_) {
      if (!is_none(lists[length].first)) return lists[length].first;
    }
  }
  const Order least{pages, VirtAddr(), SpanId()};
  const auto normal = long_[0].lower_bound(least);
  const auto returned = long_[1].lower_bound(least);
  if (returned != long_[1].end() && (normal == long_[0].end() || *returned < *normal)) return std::get<2>(*returned);
  return normal == long_[0].end() ? SpanId() : std::get<2>(*normal);
}

SpanId PageHeap::carve(SpanId id, std::uint64_t pages) {
  Span& span = at(id);
  SpanId rest;
  if (span.pages > pages) {
    rest = new_record();
    if (is_none(rest)) return rest;
  }
  take_out(id);
  if (!is_none(rest)) {
    Span& left = at(rest);
    left.begin = span.begin + (pages << tc::lg_page);
    left.pages = span.pages - pages;
    left.place = span.place;
    span.pages = pages;
    insert(rest);
    enter(rest);
  }
  span.place = Place::in_use;
  span.size_class = 0;
  span.used = 0;
  span.objects = VirtAddr();
  enter(id);
  return id;
}

SpanId PageHeap::cut(SpanId id, std::uint64_t pages) {
  const Locked lock(mutex_);
  const SpanId rest = new_record();
  if (is_none(rest)) return rest;
  Span& span = at(id);
  Span& left = at(rest);
  left.begin = span.begin + (pages << tc::lg_page);
  left.pages = span.pages - pages;
  left.place = Place::in_use;
  span.pages = pages;
  enter(id);
  enter(rest);
  return rest;
}

VirtAddr PageHeap::ask_break(std::uint64_t bytes) {
  const VirtAddr begin = memory_.extend_break(static_cast<std::int64_t>(bytes));
  if (begin == VirtAddr()) return begin;
  const std::uint64_t missing = (page - begin.value() % page) % page;
  if (missing == 0) return begin;
  // Only the first one is not at a page's beginning, unless somebody else moves the break.
  const VirtAddr more = memory_.extend_break(static_cast<std::int64_t>(missing));
  if (more == begin + bytes) return begin + missing;
  memory_.extend_break(-static_cast<std::int64_t>(more == VirtAddr() ? bytes : missing));
  return {};
}

bool PageHeap::grow(std::uint64_t pages) {
  if (pages >= std::uint64_t{1} << 33U) return false;
  for (const std::uint64_t ask : {std::max(pages, list_pages), pages}) {
    const std::uint64_t bytes = ask << tc::lg_page;
    const SpanId id = new_record();
    if (is_none(id)) return false;
    VirtAddr begin = ask_break(bytes);
    if (begin == VirtAddr()) begin = memory_.map(bytes, page);
    if (begin != VirtAddr()) {
      // Of what the page map has no room for, the addresses are lost, as they are in gperftools.
      system_bytes_ += bytes;
      if (!map_.reserve(metadata_, begin, bytes)) return false;
      ++growths_;
      Span& span = at(id);
      span.begin = begin;
      span.pages = ask;
      span.place = Place::normal;
      merge_and_insert(id);
      return true;
    }
    at(id).next = free_records_;
    free_records_ = id;
  }
  return false;
}

void PageHeap::free(SpanId id) {
  const Locked lock(mutex_);
  Span& span = at(id);
  CHECK(span.place == Place::in_use, "a span is freed once");
  const std::uint64_t pages = span.pages;
  // Pages inside must not be found any more.
  if (span.size_class != 0) {
    for (VirtAddr each = span.begin; each < span.end(); each += page) map_.set(metadata_, each, MapEntry());
  }
  span.size_class = 0;
  span.place = Place::normal;
  merge_and_insert(id);
  scavenge(pages);
}

// Neighbours of the same kind become one.
void PageHeap::merge_and_insert(SpanId id) {
  const auto absorb = [&](SpanId other) {
    if (is_none(other) || at(other).place != at(id).place) return;
    take_out(other);
    Span& span = at(id);
    const Span& gone = at(other);
    map_.set(metadata_, gone.begin, MapEntry());
    map_.set(metadata_, VirtAddr(gone.end().value() - page), MapEntry());
    map_.set(metadata_, span.begin, MapEntry());
    map_.set(metadata_, VirtAddr(span.end().value() - page), MapEntry());
    span.begin = std::min(span.begin, gone.begin);
    span.pages += gone.pages;
    at(other).next = free_records_;
    free_records_ = other;
  };
  absorb(find(VirtAddr(at(id).begin.value() - page)));
  absorb(find(at(id).end()));
  insert(id);
  enter(id);
}

// After so many freed pages it is time to give one back.
void PageHeap::scavenge(std::uint64_t pages) {
  until_release_ -= static_cast<std::int64_t>(pages);
  if (until_release_ >= 0) return;
  if (release_rate_ == 0) {
    until_release_ = default_release_delay;
    return;
  }
  const std::uint64_t released = release(1);
  const auto wait = static_cast<std::int64_t>(1000 * released / release_rate_);
  until_release_ = released == 0 ? default_release_delay : std::min(wait, longest_release_delay);
}

// Round the lists, the last span of each, until so many pages have gone.
std::uint64_t PageHeap::release(std::uint64_t pages) {
  std::uint64_t released = 0;
  while (released < pages && free_bytes_[0] > 0) {
    const std::uint64_t before = released;
    for (unsigned i = 0; i <= list_pages && released < pages; ++i) {
      release_index_ = release_index_ >= list_pages ? 0 : release_index_ + 1;
      released += release_one(release_index_);
    }
    if (released == before) break;
  }
  return released;
}

// Index 0 stands for long ones.
std::uint64_t PageHeap::release_one(unsigned length) {
  const bool is_long = length == 0;
  if (is_long ? long_[0].empty() : is_none(lists_[0][length].last)) return 0;
  const SpanId id = is_long ? std::get<2>(*long_[0].begin()) : lists_[0][length].last;
  Span& span = at(id);
  if (!memory_.purge(span.begin, span.bytes(), Purge::forced)) return 0;
  const std::uint64_t pages = span.pages;
  take_out(id);
  span.place = Place::returned;
  merge_and_insert(id);
  ++releases_;
  released_pages_ += pages;
  return pages;
}

std::uint64_t PageHeap::free_spans() const {
  std::uint64_t count = long_[0].size() + long_[1].size();
  for (const auto& lists : lists_) {
    for (const SpanList& list : lists) count += list.count;
  }
  return count;
}

std::string PageHeap::broken() {
  std::array<std::uint64_t, 2> bytes{};
  std::string what;
  const auto see = [&](SpanId id, unsigned place, std::uint64_t length) {
    const Span& span = at(id);
    bytes[place] += span.bytes();
    if (side(span.place) != place || span.place == Place::in_use) what = "a list holds spans of its kind";
    if (length != 0 && span.pages != length) what = "a list holds spans of its length";
    if (find(span.begin) != id || find(VirtAddr(span.end().value() - page)) != id) what = "a free span is entered";
    const SpanId after = find(span.end());
    if (!is_none(after) && at(after).place == span.place) what = "free neighbours of a kind are one span";
  };
  for (unsigned place = 0; place < 2; ++place) {
    for (std::uint64_t length = 1; length <= list_pages; ++length) {
      for (SpanId id = lists_[place][length].first; !is_none(id); id = at(id).next) see(id, place, length);
    }
    for (const Order& each : long_[place]) see(std::get<2>(each), place, std::get<0>(each));
  }
  if (bytes != free_bytes_) what = "free bytes are those of free spans";
  return what;
}

}  // namespace signalbox::alloc::tc
