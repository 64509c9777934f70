#include "kernel/mm/shortage/page_scan.hpp"

#include <algorithm>
#include <boost/container/static_vector.hpp>
#include <optional>
#include <utility>

namespace signalbox {
namespace {

using Batch = boost::container::static_vector<FrameNumber, scan_batch>;

// Taken before any is looked at, so that none that is put back comes twice. A huge page counts as many
// (isolate_lru_folios).
Batch oldest_pages(const PageLists& lists, PageList list, std::uint32_t count) {
  Batch batch;
  std::optional<FrameNumber> page = lists.oldest(list);
  for (std::uint32_t taken = 0; page && taken < std::min(count, scan_batch); taken += lists.pages(batch.back())) {
    batch.push_back(*page);
    page = lists.younger(*page);
  }
  return batch;
}

}  // namespace

ScanCounts& ScanCounts::operator+=(const ScanCounts& other) {
  scanned += other.scanned;
  looks += other.looks;
  reclaimed += other.reclaimed;
  file_scanned += other.file_scanned;
  dirty += other.dirty;
  dirty_unwritten += other.dirty_unwritten;
  congested += other.congested;
  written += other.written;
  immediate += other.immediate;
  return *this;
}

ScanCounts PageScan::shrink_inactive(PageKind kind, std::uint32_t count, std::vector<BlockRequest>& writes) {
  ScanCounts counts;
  const std::size_t writes_before = writes.size();
  for (const FrameNumber page : oldest_pages(state_.lists, inactive_list(kind), count)) {
    const Fate fate = look_at(page, counts, writes);
    ++counts.looks;
    counts.scanned += state_.lists.pages(page);  // one, if it was split: the others come later
    if (fate == Fate::evicted) ++counts.reclaimed;
    put_back(page, fate);
  }
  if (kind == PageKind::file) counts.file_scanned = counts.scanned;
  if (counts.scanned > 0 && counts.dirty_unwritten == counts.scanned) state_.wants_write_back = true;
  state_.workingset.note_cost(kind, writes.size() - writes_before, state_.lists);
  add_up(kind, counts);
  return counts;
}

std::uint32_t PageScan::shrink_active(PageKind kind, std::uint32_t count) {
  const Batch batch = oldest_pages(state_.lists, active_list(kind), count);
  for (const FrameNumber page : batch) {
    state_.counters.refilled += state_.lists.pages(page);
    const ReclaimablePages::References references = state_.pages.take_references(page);
    if (references.is_locked) {
      put_back(page, Fate::culled);
    } else if (references.accessed > 0 && references.is_executable_file && kind == PageKind::file) {
      put_back(page, Fate::activated);
    } else {
      state_.lists.marks(page).was_workingset = true;
      state_.lists.move_to_head(page, inactive_list(kind));
      state_.counters.deactivated += state_.lists.pages(page);
    }
  }
  return static_cast<std::uint32_t>(batch.size());
}

void PageScan::add_up(PageKind kind, const ScanCounts& counts) {
  ReclaimCounters& counters = state_.counters;
  const bool is_background = by_ == ReclaimedBy::background;
  (is_background ? counters.scanned_background : counters.scanned_direct) += counts.scanned;
  (is_background ? counters.reclaimed_background : counters.reclaimed_direct) += counts.reclaimed;
  counters.scanned[static_cast<std::size_t>(kind)] += counts.scanned;
  counters.reclaimed[static_cast<std::size_t>(kind)] += counts.reclaimed;
}

// shrink_folio_list, for one page.
PageScan::Fate PageScan::look_at(FrameNumber page, ScanCounts& counts, std::vector<BlockRequest>& writes) {
  const bool is_written = state_.writes.is_written(page);
  if (state_.pages.is_busy(page) && !is_written) return Fate::kept;  // it is being read
  if (state_.lists.kind_of(page) == PageKind::file) {
    const bool is_dirty = state_.pages.is_dirty(page);
    if (is_dirty || is_written) ++counts.dirty;
    if (is_dirty && !is_written) ++counts.dirty_unwritten;
    if (is_written && state_.lists.marks(page).wants_reclaim) ++counts.congested;
  }
  if (is_written) return meet_written(page, counts);
  switch (check_references(page)) {
    case Verdict::cull:
      return Fate::culled;
    case Verdict::activate:
      return activate(page);
    case Verdict::keep:
      return Fate::kept;
    case Verdict::reclaim_if_clean:
      return reclaim(page, MayWrite::no, writes);
    case Verdict::reclaim:
      return reclaim(page, MayWrite::yes, writes);
  }
  return Fate::kept;
}

// Out of the way until it is written; then it is the next to go.
PageScan::Fate PageScan::meet_written(FrameNumber page, ScanCounts& counts) {
  PageLists::Marks& marks = state_.lists.marks(page);
  if (by_ == ReclaimedBy::background && marks.wants_reclaim && state_.sees_written_only) {
    ++counts.immediate;
  } else {
    marks.wants_reclaim = true;
    ++counts.written;
  }
  return activate(page);
}

// folio_check_references. Every page was used when it was mapped, so once is nothing: it is marked and gets another
// round.
PageScan::Verdict PageScan::check_references(FrameNumber page) {
  const ReclaimablePages::References references = state_.pages.take_references(page);
  PageLists::Marks& marks = state_.lists.marks(page);
  const bool was_referenced = std::exchange(marks.is_referenced, false);
  const bool is_file = marks.kind == PageKind::file;
  if (references.is_locked) return Verdict::cull;
  if (references.is_kept) return Verdict::keep;
  if (references.accessed == 0) return was_referenced && is_file ? Verdict::reclaim_if_clean : Verdict::reclaim;
  marks.is_referenced = true;
  if (was_referenced || references.accessed > 1) return Verdict::activate;
  return references.is_executable_file && is_file ? Verdict::activate : Verdict::keep;
}

PageScan::Fate PageScan::reclaim(FrameNumber page, MayWrite may_write, std::vector<BlockRequest>& writes) {
  ReclaimablePages& pages = state_.pages;
  const bool is_file = state_.lists.kind_of(page) == PageKind::file;
  if (!is_file && !pages.add_to_swap(page)) return activate(page);
  if (pages.is_mapped(page)) pages.unmap(page);
  if (pages.is_dirty(page)) return is_file ? meet_dirty_file(page, may_write, writes) : write(page, writes);
  const bool was_workingset = state_.lists.marks(page).was_workingset;
  state_.lists.remove(page);
  state_.writes.cleaned(page);
  pages.evict(page, state_.workingset.evicted(was_workingset));
  return Fate::evicted;
}

// Single pages are an inefficient way to write files: that is write-back's, unless it falls behind.
PageScan::Fate PageScan::meet_dirty_file(FrameNumber page, MayWrite may_write, std::vector<BlockRequest>& writes) {
  PageLists::Marks& marks = state_.lists.marks(page);
  if (by_ != ReclaimedBy::background || !marks.wants_reclaim || !state_.sees_dirty_only) {
    ++state_.counters.deferred;
    marks.wants_reclaim = true;
    return activate(page);
  }
  return may_write == MayWrite::no ? Fate::kept : write(page, writes);
}

PageScan::Fate PageScan::write(FrameNumber page, std::vector<BlockRequest>& writes) {
  state_.lists.marks(page).wants_reclaim = true;
  ++state_.counters.writes;
  writes.push_back(state_.start_write(page));
  return Fate::kept;
}

PageScan::Fate PageScan::activate(FrameNumber page) {
  if (state_.swap.is_over_half()) state_.pages.release_swap(page);
  state_.counters.activated += state_.lists.pages(page);
  return Fate::activated;
}

void PageScan::put_back(FrameNumber page, Fate fate) {
  PageLists& lists = state_.lists;
  switch (fate) {
    case Fate::evicted:
      return;
    case Fate::kept:
      return lists.move_to_head(page, inactive_list(lists.kind_of(page)));
    case Fate::activated:
      state_.workingset.aged(lists.pages(page));
      return lists.move_to_head(page, active_list(lists.kind_of(page)));
    case Fate::culled:
      state_.counters.culled += lists.pages(page);
      return lists.move_to_head(page, PageList::unevictable);
  }
}

}  // namespace signalbox
