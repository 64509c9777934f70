#include "kernel/mm/proc/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace signalbox {
namespace {

std::string line(std::string_view name, std::uint64_t bytes) {
  return fmt::format("{}:\t{:>8} kB\n", name, bytes >> 10U);
}
std::string pages_line(std::string_view name, std::uint64_t pages) { return line(name, pages << page_shift); }

}  // namespace

std::string status_text(const AddressMap& map, const ResidentCounts& counts) {
  const MapCounters& mapped = map.counters();
  const std::uint64_t resident = counts.resident_pages();
  const std::uint64_t text = page_aligned(map.parts.code_end) - map.parts.code_begin.aligned_down(page_bytes);
  const std::uint64_t code = mapped.code << page_shift;
  return pages_line("VmPeak", std::max(mapped.total, counts.peak_total_pages)) + pages_line("VmSize", mapped.total) +
         pages_line("VmLck", mapped.locked) + pages_line("VmPin", 0) +  // nobody pins pages for a device
         pages_line("VmHWM", std::max(resident, counts.peak_resident_pages)) + pages_line("VmRSS", resident) +
         pages_line("RssAnon", counts.anonymous_pages) + pages_line("RssFile", counts.file_pages) +
         pages_line("RssShmem", counts.shared_memory_pages) + pages_line("VmData", mapped.data) +
         pages_line("VmStk", mapped.stack) + line("VmExe", text) + line("VmLib", code - std::min(code, text)) +
         line("VmPTE", counts.table_bytes) + pages_line("VmSwap", counts.swapped_pages);
}

}  // namespace signalbox
