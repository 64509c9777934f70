#include "kernel/mm/proc/zone_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

namespace signalbox {

std::string buddyinfo_text(std::span<const Zone> zones) {
  std::string text;
  for (const Zone& zone : zones) {
    fmt::format_to(std::back_inserter(text), "Node 0, zone {:>8} ", zone.name());
    for (const std::uint32_t blocks : zone.buddy().free_blocks()) {
      fmt::format_to(std::back_inserter(text), "{:>6} ", blocks);
    }
    text += '\n';
  }
  return text;
}

std::string zoneinfo_text(std::span<const Zone> zones) {
  std::string text;
  std::uint64_t first = 0;
  for (const Zone& zone : zones) {
    const Watermarks& marks = zone.watermarks;
    fmt::format_to(std::back_inserter(text),
                   "Node 0, zone {:>8}\n"
                   "  pages free     {}\n"
                   "        boost    0\n"
                   "        min      {}\n"
                   "        low      {}\n"
                   "        high     {}\n"
                   "        spanned  {}\n"
                   "        present  {}\n"
                   "        managed  {}\n"
                   "        cma      0\n"
                   "        protection: ({})\n"
                   "      nr_free_pages {}\n"
                   "  start_pfn:           {}\n",
                   zone.name(), zone.buddy().free_frames(), marks.min, marks.low, marks.high, zone.frames(),
                   zone.frames(), zone.frames(), fmt::join(zone.reserves, ", "), zone.buddy().free_frames(), first);
    first += zone.frames();
  }
  return text;
}

}  // namespace signalbox
