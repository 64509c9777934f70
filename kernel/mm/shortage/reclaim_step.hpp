#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/time.hpp"
#include "kernel/mm/shortage/block_request.hpp"

namespace signalbox {

// What a step of reclaim or of write-back did, and what comes next: whoever made the step pays for it, hands the writes
// to their devices and does the rest. No step outlives a sleep: after any, the next one is asked for.
struct ReclaimStep {
  enum class Next : std::uint8_t {
    again,          // make the next step
    wait,           // wait until `page` is no longer busy, `at_most` so long; then the next step
    allocate,       // direct reclaim: try to allocate; if that fails, the next step
    out_of_memory,  // direct reclaim: nothing is left to be had; after a kill, the next step
    sleep,          // background reclaim and write-back: until wanted again
  };

  Next next = Next::again;
  FrameNumber page = {};
  Duration at_most = {};
  std::uint32_t scanned = 0;  // pages looked at, a huge one as one
  std::uint32_t reclaimed = 0;
  std::vector<BlockRequest> writes = {};

  void wait_for(FrameNumber busy, Duration limit) {
    next = Next::wait;
    page = busy;
    at_most = limit;
  }
};

// How long reclaim is held up at most: by writes that do not keep up with it, and when it makes no progress
// (reclaim_throttle, mm/vmscan.c; a jiffy at 250 Hz).
inline constexpr Duration write_throttle = Duration(100'000'000);
inline constexpr Duration progress_throttle = Duration(4'000'000);

}  // namespace signalbox
