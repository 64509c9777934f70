#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/mm/paging/fault_plan.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class MainMemory;
class UserSpace;

// What stands in /sys/kernel/mm/transparent_hugepage/khugepaged, with Linux's defaults.
struct HugePageScanConfig {
  std::uint64_t pages_to_scan = 8 * std::uint64_t{huge_page_frames};
  Duration scan_sleep = Duration(10'000'000'000);
  Duration alloc_sleep = Duration(60'000'000'000);       // once a scan, when there was no block
  std::uint32_t max_ptes_none = huge_page_frames - 1;    // pages of 512 that need not be there, or are zeros
  std::uint32_t max_ptes_swap = huge_page_frames / 8;    // that are in swap
  std::uint32_t max_ptes_shared = huge_page_frames / 2;  // that others map too
};

// What came of a look at 2 MiB of small pages.
struct CollapseTry {
  enum class Result : std::uint8_t {
    passed_over,  // no small pages, or not worth it
    collapsed,    // they are one huge page now
    gave_up,      // something came between
    no_block,     // there is none of order 9
    waits,        // a page comes from swap: `busy`
  };

  Result result = Result::passed_over;
  FrameNumber busy = {};
  std::uint32_t looks = 0;  // at entries
  MemoryWork work = {};
};

// A space that is looked at; it leaves when it ends.
using ScannedSpace = boost::intrusive::list_base_hook<boost::intrusive::tag<struct ScannedSpaceTag>>;

// Whether an aligned 2 MiB fits in.
bool has_room_for_huge(PageRange range);

// What khugepaged does, as steps: space by space it looks for small pages that could be one huge page, and makes them
// one (khugepaged_do_scan of mm/khugepaged.c, 6.1). Nothing here waits or sees a thread.
class HugePageScan {
 public:
  HugePageScan(MainMemory& memory, const HugePageScanConfig& config) : memory_(memory), config_(config) {}

  // A mapping of the space may have room for huge pages from now on. Requires that it has not entered before.
  void enter(UserSpace& space);
  void leave(UserSpace& space);
  bool has_work() const { return !spaces_.empty(); }

  struct Step {
    enum class Next : std::uint8_t {
      again,  // make the next step
      wait,   // wait until `page` is no longer busy; then the next step
      sleep,  // for `pause`
      rest,   // until has_work()
    };

    Next next = Next::again;
    FrameNumber page = {};
    Duration pause = {};
    std::uint32_t looks = 0;
    MemoryWork work = {};
  };
  // As much as Linux does without letting go of a space: up to a huge page, or the space's end.
  Step step();

  std::uint64_t full_scans() const { return full_scans_; }
  std::uint64_t pages_collapsed() const { return pages_collapsed_; }

 private:
  using Spaces = boost::intrusive::list<ScannedSpace, boost::intrusive::base_hook<ScannedSpace>,
                                        boost::intrusive::constant_time_size<false>>;

  void scan_space(Step& step);
  // True: the space is let go of.
  bool scan_vma(UserSpace& space, const Vma& vma, Step& step);
  void count(const CollapseTry& tried, Step& step);
  void go_to_next_space();
  Step end_scan(Step step);

  MainMemory& memory_;
  HugePageScanConfig config_;
  Spaces spaces_;
  ScannedSpace* current_ = nullptr;  // null: it begins with the first one
  VirtAddr at_;                      // where in it
  std::uint64_t progress_ = 0;       // of this scan, in pages
  unsigned beginnings_ = 0;          // how often this scan began with the first one
  bool lacks_block_ = false;
  bool has_slept_ = false;  // in this scan, for lack of a block
  std::uint64_t full_scans_ = 0;
  std::uint64_t pages_collapsed_ = 0;
};

}  // namespace signalbox
