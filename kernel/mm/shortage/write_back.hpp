#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/time.hpp"
#include "kernel/mm/shortage/reclaim_state.hpp"
#include "kernel/mm/shortage/reclaim_step.hpp"

namespace signalbox {

// vm.dirty_background_ratio, vm.dirty_ratio, dirty_expire_centisecs, dirty_writeback_centisecs.
struct WriteBackConfig {
  unsigned background_percent = 10;
  unsigned throttle_percent = 20;
  Duration expire = Duration(30'000'000'000);
  Duration wake = Duration(5'000'000'000);
};

// In dirty pages. Above `background` they are written in the background, above `throttle` who dirties more waits.
struct DirtyLimits {
  std::uint64_t background = 0;
  std::uint64_t throttle = 0;

  bool operator==(const DirtyLimits&) const = default;
};
DirtyLimits dirty_limits(std::uint64_t dirtyable_pages, const WriteBackConfig& config);

// When dirty pages of files are written: by age, by number, and when they are in reclaim's way (mm/page-writeback.c,
// fs/fs-writeback.c).
class WriteBack {
 public:
  WriteBack(ReclaimState& state, const WriteBackConfig& config) : state_(state), config_(config) {}

  // Pages that could be dirty: free ones above what is kept, and those of files (global_dirtyable_memory).
  std::uint64_t dirtyable_pages() const;
  DirtyLimits limits() const { return dirty_limits(dirtyable_pages(), config_); }

  // To be stepped now, and not only when `config().wake` is over.
  bool is_wanted() const;
  // Starts writes, oldest dirty pages first: of those older than `expire`, of all above the background limit, of all if
  // reclaim wants it; as many as the device's queue takes. wait or sleep.
  ReclaimStep step(Instant now);
  // Dirty pages and those on their way are so many that whoever dirties more has to wait.
  bool is_over_limit() const;
  // Whoever has dirtied a page waits until this page is no longer busy, then asks again; nothing: goes on
  // (balance_dirty_pages).
  std::optional<FrameNumber> wait_of_dirtier() const;

  const WriteBackConfig& config() const { return config_; }

 private:
  bool is_due(FrameNumber page, Instant now, std::uint64_t background) const;

  ReclaimState& state_;
  WriteBackConfig config_;
};

}  // namespace signalbox
