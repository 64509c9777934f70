#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/mm/buddy.hpp"
#include "kernel/mm/watermarks.hpp"

namespace signalbox {

// A part of physical memory that some users cannot do without: old devices reach the lowest 16 MiB only, a 32-bit
// kernel the lowest 896 MiB. Zones follow each other upwards.
struct ZoneKind {
  std::string_view name;
  std::uint64_t end_frame;      // the first frame above it
  std::uint32_t reserve_ratio;  // vm.lowmem_reserve_ratio; 0: nothing is kept from requests that could go higher
  bool is_highmem;
};

// The zones of Linux on x86 (linux/mmzone.h, arch/x86/mm/init.c), and one for all.
std::span<const ZoneKind> x86_64_zones();
std::span<const ZoneKind> x86_32_zones();
std::span<const ZoneKind> single_zone();

// Who asks: how far below its watermark a zone may go for them (__zone_watermark_ok, gfp_to_alloc_flags).
enum class FrameUrgency : std::uint8_t {
  ordinary,
  atomic,     // cannot wait for reclaim: to three eighths
  victim,     // killed for lack of memory, exits the sooner: to a half
  reclaimer,  // gives back more than it takes: to the last frame
};

// A request for a block of frames. `highest_zone` is the number of the highest zone that will do.
struct FrameRequest {
  unsigned order = 0;
  unsigned highest_zone = ~0U;
  WatermarkLevel watermark = WatermarkLevel::low;
  FrameUrgency urgency = FrameUrgency::ordinary;
  FrameUse use = FrameUse::page;
};

// The frames of one zone, and what it keeps back. `reserves[z]` frames are kept from requests that could have been
// served by zone z: otherwise what everybody can use would fill the zone that some depend on.
class Zone {
 public:
  Zone(const ZoneKind& kind, std::span<Frame> frames, FrameNumber first, std::uint32_t count);

  std::string_view name() const { return name_; }
  std::uint32_t frames() const { return count_; }
  const Buddy& buddy() const { return buddy_; }
  Buddy& buddy() { return buddy_; }

  Watermarks watermarks;
  std::vector<std::uint32_t> reserves;  // by the number of the highest zone that would have done

  // Whether the request leaves enough (__zone_watermark_ok).
  bool may_serve(const FrameRequest& request) const;

 private:
  std::string_view name_;
  std::uint32_t count_;
  Buddy buddy_;
};

// Cuts `frames` into zones and sets watermarks and reserves. A zone that begins above the last frame is left out.
std::vector<Zone> make_zones(std::span<const ZoneKind> kinds, std::span<Frame> frames);

}  // namespace signalbox
