#include "kernel/mm/zone.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t everything = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t mib = (std::uint64_t{1} << 20) / page_bytes;

constexpr std::array x86_64_kinds{
    ZoneKind{"DMA", 16 * mib, 256, false},
    ZoneKind{"DMA32", 4096 * mib, 256, false},
    ZoneKind{"Normal", everything, 32, false},
};
constexpr std::array x86_32_kinds{
    ZoneKind{"DMA", 16 * mib, 256, false},
    ZoneKind{"Normal", 896 * mib, 32, false},
    ZoneKind{"HighMem", everything, 0, true},
};
constexpr std::array single_kind{ZoneKind{"Normal", everything, 32, false}};

std::uint32_t kept_for(FrameUrgency urgency, std::uint32_t mark) {
  switch (urgency) {
    case FrameUrgency::ordinary:
      return mark;
    case FrameUrgency::atomic:
      mark -= mark / 2;
      return mark - mark / 4;
    case FrameUrgency::victim:
      return mark - mark / 2;
    case FrameUrgency::reclaimer:
      return 0;
  }
  return mark;
}

// setup_per_zone_lowmem_reserve.
void set_reserves(std::span<const ZoneKind> kinds, std::vector<Zone>& zones) {
  for (std::size_t low = 0; low < zones.size(); ++low) {
    zones[low].reserves.assign(zones.size(), 0);
    std::uint64_t above = 0;
    for (std::size_t high = low + 1; high < zones.size(); ++high) {
      above += zones[high].frames();
      const std::uint32_t ratio = kinds[low].reserve_ratio;
      if (ratio != 0) zones[low].reserves[high] = static_cast<std::uint32_t>(above / ratio);
    }
  }
}

void set_watermarks(std::span<const ZoneKind> kinds, std::vector<Zone>& zones) {
  std::uint64_t lowmem = 0;
  for (std::size_t i = 0; i < zones.size(); ++i) lowmem += kinds[i].is_highmem ? 0 : zones[i].frames();
  const std::uint32_t min_free_kib = default_min_free_kib(lowmem);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const std::uint32_t frames = zones[i].frames();
    zones[i].watermarks =
        kinds[i].is_highmem ? highmem_watermarks_of(frames) : watermarks_of(frames, lowmem, min_free_kib);
  }
}

}  // namespace

std::span<const ZoneKind> x86_64_zones() { return x86_64_kinds; }
std::span<const ZoneKind> x86_32_zones() { return x86_32_kinds; }
std::span<const ZoneKind> single_zone() { return single_kind; }

Zone::Zone(const ZoneKind& kind, std::span<Frame> frames, FrameNumber first, std::uint32_t count)
    : name_(kind.name), count_(count), buddy_(frames, first, count) {}

bool Zone::may_serve(const FrameRequest& request) const {
  if (!buddy_.has_block(request.order)) return false;
  if (request.urgency == FrameUrgency::reclaimer) return true;
  const std::size_t highest = std::min<std::size_t>(request.highest_zone, reserves.size() - 1);
  const std::uint64_t kept =
      std::uint64_t{kept_for(request.urgency, level_of(watermarks, request.watermark))} + reserves[highest];
  const std::uint64_t unusable = (std::uint64_t{1} << request.order) - 1;
  return buddy_.free_frames() > kept + unusable;
}

std::vector<Zone> make_zones(std::span<const ZoneKind> kinds, std::span<Frame> frames) {
  std::vector<Zone> zones;
  std::uint64_t begin = 0;
  for (const ZoneKind& kind : kinds) {
    const std::uint64_t end = std::min<std::uint64_t>(kind.end_frame, frames.size());
    if (end <= begin) break;
    const auto first = static_cast<std::uint32_t>(begin);
    const auto count = static_cast<std::uint32_t>(end - begin);
    for (Frame& frame : frames.subspan(first, count)) frame.zone = static_cast<std::uint8_t>(zones.size());
    zones.emplace_back(kind, frames, FrameNumber(first), count);
    begin = end;
  }
  CHECK(begin == frames.size() && begin > 0, "every frame is in a zone, and there is one");
  set_reserves(kinds, zones);
  set_watermarks(kinds, zones);
  return zones;
}

}  // namespace signalbox
