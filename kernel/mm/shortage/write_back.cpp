#include "kernel/mm/shortage/write_back.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// Where next to nothing may be dirty, what is written to a mapping would be cleaned before the program comes to it,
// again and again. Linux asks a task for every 32nd page only (ratelimit_pages).
constexpr std::uint64_t least_limit = 32;

// In the kernel's fixed point: a percentage of a page's bytes.
std::uint64_t share_of(std::uint64_t pages, unsigned percent) {
  return percent * page_bytes / 100 * pages / page_bytes;
}

}  // namespace

DirtyLimits dirty_limits(std::uint64_t dirtyable_pages, const WriteBackConfig& config) {
  const std::uint64_t throttle = std::max(share_of(dirtyable_pages, config.throttle_percent), least_limit);
  const std::uint64_t background = std::max(share_of(dirtyable_pages, config.background_percent), least_limit / 2);
  return {.background = background >= throttle ? throttle / 2 : background, .throttle = throttle};
}

std::uint64_t WriteBack::dirtyable_pages() const {
  std::uint64_t kept = 0;  // totalreserve_pages
  for (const Zone& zone : state_.frames.zones()) kept += zone.watermarks.high + std::ranges::max(zone.reserves);
  const std::uint64_t free = state_.frames.free_frames();
  return free - std::min(free, kept) + state_.lists.size(PageKind::file) + 1;
}

bool WriteBack::is_wanted() const {
  const std::uint64_t dirty = state_.writes.dirty();
  return dirty > 0 && (state_.wants_write_back || dirty > limits().background);
}

ReclaimStep WriteBack::step(Instant now) {
  ReclaimStep step{.next = ReclaimStep::Next::sleep};
  const std::uint64_t background = limits().background;
  std::optional<FrameNumber> page = state_.writes.oldest_dirty();
  while (page && is_due(*page, now, background)) {
    if (const std::optional<FrameNumber> oldest = state_.full_queue()) {
      step.wait_for(*oldest, write_throttle);
      return step;
    }
    const std::optional<FrameNumber> next = state_.writes.younger_dirty(*page);
    if (!state_.pages.is_busy(*page)) step.writes.push_back(state_.start_write(*page));
    page = next;
  }
  state_.wants_write_back = false;
  return step;
}

bool WriteBack::is_over_limit() const {
  const std::uint64_t pending = std::uint64_t{state_.writes.dirty()} + state_.writes.writing();
  return pending > 0 && pending > limits().throttle;
}

std::optional<FrameNumber> WriteBack::wait_of_dirtier() const {
  return is_over_limit() ? state_.writes.oldest_writing() : std::nullopt;
}

bool WriteBack::is_due(FrameNumber page, Instant now, std::uint64_t background) const {
  return state_.wants_write_back || state_.writes.dirty() > background ||
         now - state_.writes.dirtied_at(page) >= config_.expire;
}

}  // namespace signalbox
