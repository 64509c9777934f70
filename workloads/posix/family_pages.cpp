#include "workloads/posix/family_pages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "workloads/posix/host_ranges.hpp"

namespace signalbox {
namespace {

constexpr unsigned all_of_data = AddressWindow::may_read | AddressWindow::may_write;

}  // namespace

FamilyPages::FamilyPages(AddressWindow& window, HostMappings& mappings) : window_(window), mappings_(mappings) {
  count();
}

// Each entry and what is behind it, and what the host's loader has made.
void FamilyPages::count() {
  constexpr std::size_t of_loader = 8;
  const std::size_t now = of_loader + 2 * entries_.size();
  mappings_.replace(counted_, now);
  counted_ = now;
}

void FamilyPages::begin_sharing() {
  if (!std::exchange(has_sharers_, true)) AddressWindow::keep_small({window_.begin(), window_.end()});
}

void FamilyPages::describe(PageRange range, unsigned rights) { add(range, {.end = range.end, .rights = rights}); }

bool FamilyPages::open(PageRange range, unsigned rights) {
  ++changes_;
  if (!window_.open(bytes_of(range), rights)) return false;
  if (has_sharers_) AddressWindow::keep_small(bytes_of(range));
  add(range, {.end = range.end, .rights = rights});
  return true;
}

bool FamilyPages::show(PageRange range, const File& file, std::uint64_t offset, unsigned rights) {
  ++changes_;
  if (!AddressWindow::show(bytes_of(range), file.descriptor, offset, rights)) return false;
  add(range, {.end = range.end, .rights = rights, .file = file.number, .offset = offset});
  return true;
}

bool FamilyPages::require(PageRange range, const File& file, std::uint64_t offset) {
  VirtAddr at = range.begin;
  while (at < range.end) {
    auto here = entries_.upper_bound(at);
    const VirtAddr next = here == entries_.end() ? range.end : std::min(here->first, range.end);
    PageRange part{at, next};
    const std::uint64_t in_file = offset + (at - range.begin);
    const bool is_there = here != entries_.begin() && (--here)->second.end > at;
    if (is_there) part.end = std::min(here->second.end, range.end);
    at = part.end;
    const bool is_right = is_there && here->second.file == file.number &&
                          (file.number == 0 || here->second.offset + (part.begin - here->first) == in_file);
    if (is_right) continue;
    if (file.number == 0 ? !open(part, all_of_data) : !show(part, file, in_file, all_of_data)) return false;
  }
  return true;
}

void FamilyPages::clear(PageRange range) {
  ++changes_;
  AddressWindow::clear(bytes_of(range));
}

void FamilyPages::close(PageRange range) {
  ++changes_;
  window_.close(bytes_of(range));
  forget(range);
  count();
}

bool FamilyPages::move(PageRange from, VirtAddr to) {
  ++changes_;
  if (!window_.move(bytes_of(from), bytes_of({to, to + from.bytes()}).data())) return false;
  const auto first = begin_of(from);
  const unsigned rights = first == entries_.end() ? all_of_data : first->second.rights;
  forget(from);
  add({to, to + from.bytes()}, {.end = to + from.bytes(), .rights = rights});
  return open(from, rights);
}

void FamilyPages::protect(PageRange range, unsigned rights) {
  change_rights(range, [rights](unsigned) { return rights; });
}

void FamilyPages::allow(PageRange range, unsigned rights) {
  change_rights(range, [rights](unsigned now) { return (now & rights) == rights ? now : now | all_of_data | rights; });
}

void FamilyPages::hide_all_but(const RangeSet& kept) {
  std::vector<PageRange> hidden;
  for (const auto& [begin, entry] : entries_) {
    if (entry.rights == 0) continue;
    for (const PageRange& part : kept.missing_of({begin, entry.end})) hidden.push_back(part);
  }
  for (const PageRange& range : hidden) protect(range, 0);
}

void FamilyPages::split(VirtAddr at) {
  auto here = entries_.lower_bound(at);
  if (here == entries_.begin()) return;
  --here;
  if (here->second.end <= at) return;
  Entry high = here->second;
  high.offset += at - here->first;
  here->second.end = at;
  entries_.emplace(at, high);
}

FamilyPages::Entries::iterator FamilyPages::begin_of(PageRange range) {
  split(range.begin);
  split(range.end);
  return entries_.lower_bound(range.begin);
}

void FamilyPages::forget(PageRange range) {
  const auto first = begin_of(range);
  entries_.erase(first, entries_.lower_bound(range.end));
}

void FamilyPages::add(PageRange range, Entry entry) {
  forget(range);
  entries_.emplace(range.begin, entry);
  join(range);
  count();
}

// Neighbours that are alike become one, so that there are no more entries than differences.
void FamilyPages::join(PageRange range) {
  auto low = entries_.lower_bound(range.begin);
  if (low != entries_.begin()) --low;
  while (low != entries_.end() && low->first <= range.end) {
    const auto high = std::next(low);
    if (high == entries_.end()) return;
    const Entry& a = low->second;
    const Entry& b = high->second;
    const bool goes_on = a.file == 0 || a.offset + (a.end - low->first) == b.offset;
    if (a.end != high->first || a.rights != b.rights || a.file != b.file || !goes_on) {
      low = high;
      continue;
    }
    low->second.end = b.end;
    entries_.erase(high);
  }
}

// Most calls change nothing, and split nothing then.
template <class Wanted>
void FamilyPages::change_rights(PageRange range, Wanted wanted) {
  const auto differs = [&](const Entry& entry) { return wanted(entry.rights) != entry.rights; };
  auto each = entries_.upper_bound(range.begin);
  if (each != entries_.begin() && std::prev(each)->second.end > range.begin) --each;
  while (each != entries_.end() && each->first < range.end && !differs(each->second)) ++each;
  if (each == entries_.end() || each->first >= range.end) return;
  for (each = begin_of(range); each != entries_.end() && each->first < range.end; ++each) {
    if (!differs(each->second)) continue;
    each->second.rights = wanted(each->second.rights);
    ++changes_;
    CHECK(AddressWindow::protect(bytes_of({each->first, each->second.end}), each->second.rights),
          "the host changes the rights of mapped pages");
  }
  join(range);
  count();
}

}  // namespace signalbox
