#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/ids.hpp"
#include "kernel/mm/zone.hpp"

namespace signalbox {

// A process as the OOM killer sees it.
struct OomCandidate {
  Pid pid;
  std::uint64_t resident_pages = 0;
  std::uint64_t swap_entries = 0;
  std::uint64_t table_pages = 0;
  std::int32_t adjustment = 0;  // /proc/PID/oom_score_adj, -1000 to 1000
  bool is_exempt = false;       // init, a kernel thread, or without memory of its own
  bool is_dying = false;        // killed for lack of memory, and its memory is not back yet
};

inline constexpr std::int32_t oom_exempt = -1000;  // OOM_SCORE_ADJ_MIN

// How much is won by killing it, in pages; nothing if it must not be killed (oom_badness, mm/oom_kill.c). total_pages:
// RAM and swap together.
std::optional<std::int64_t> oom_badness(const OomCandidate& candidate, std::uint64_t total_pages);
// /proc/PID/oom_score: 0 to 2000, 0 for those that are exempt (proc_oom_score, fs/proc/base.c).
std::uint32_t oom_score(const OomCandidate& candidate, std::uint64_t total_pages);

// What is to be done when nothing can be reclaimed.
struct OomChoice {
  enum class What : std::uint8_t {
    kill,    // SIGKILL to `victim`, which allocates with `oom_victim_urgency` from now on
    wait,    // a victim is still on its way out: try again later
    nobody,  // nobody may be killed: Linux panics
  };
  What what = What::nobody;
  Pid victim = {};
  std::int64_t badness = 0;

  bool operator==(const OomChoice&) const = default;
};

// The victim is let to half of the reserves, so that it gets out (__zone_watermark_ok, ALLOC_OOM).
inline constexpr FrameUrgency oom_victim_urgency = FrameUrgency::victim;

// select_bad_process: the greatest badness; of equals the later one of `candidates`, which come in the order in which
// they began. A victim that is dying forbids another.
OomChoice choose_oom_victim(std::span<const OomCandidate> candidates, std::uint64_t total_pages);

}  // namespace signalbox
