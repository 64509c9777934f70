#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/time.hpp"
#include "kernel/mm/shortage/frame_chains.hpp"

namespace signalbox {

// Which pages of files are dirty, since when, and which pages are on their way to a device. A page may be both: it was
// changed while it is written.
class PageWrites {
 public:
  explicit PageWrites(std::uint32_t frames);

  // The page of a file is dirty; it may have been before, then it keeps its age.
  void dirtied(FrameNumber page, Instant now);
  // It is clean; it may have been before.
  void cleaned(FrameNumber page);
  // Its write begins: it is clean. Requires a page that is not being written.
  void started(FrameNumber page);
  // Requires a page that is being written.
  void finished(FrameNumber page);

  bool is_dirty(FrameNumber page) const { return dirty_.contains(page); }
  bool is_written(FrameNumber page) const { return written_.contains(page); }
  // How many writes of the frame have begun, to tell one from the next; wraps.
  std::uint32_t begun(FrameNumber page) const { return begun_[page.value()]; }
  // Pages: Dirty and Writeback of /proc/meminfo.
  std::uint32_t dirty() const { return dirty_.size(only); }
  std::uint32_t writing() const { return written_.size(only); }
  // The one that has been dirty longest, and the next younger one; the one whose write began first.
  std::optional<FrameNumber> oldest_dirty() const { return dirty_.tail(only); }
  std::optional<FrameNumber> younger_dirty(FrameNumber page) const { return dirty_.younger(page); }
  std::optional<FrameNumber> oldest_writing() const { return written_.tail(only); }
  // Requires a dirty page.
  Instant dirtied_at(FrameNumber page) const { return dirtied_at_[page.value()]; }

 private:
  static constexpr FrameChains::Chain only = 0;

  FrameChains dirty_;
  FrameChains written_;
  std::vector<Instant> dirtied_at_;   // by frame
  std::vector<std::uint32_t> begun_;  // by frame
};

}  // namespace signalbox
