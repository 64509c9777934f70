#include "kernel/mm/proc/free_text.hpp"

#include <fmt/format.h>

#include <string_view>

#include "kernel/mm/frame.hpp"

namespace signalbox {
namespace {

// At most three digits, or two with one behind the point.
std::string human(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{}B", bytes);
  unsigned shift = 10;
  for (const char unit : std::string_view("KMGTP")) {
    const std::uint64_t whole = bytes >> shift;
    const std::uint64_t tenths = (bytes * 10 + (std::uint64_t{1} << (shift - 1))) >> shift;
    if (tenths < 100) return fmt::format("{}.{}{}i", tenths / 10, tenths % 10, unit);
    if (whole < 1000) return fmt::format("{}{}i", whole, unit);
    shift += 10;
  }
  return fmt::format("{}Ei", bytes >> 60U);
}

std::string amount(std::uint64_t pages, FreeUnit unit) {
  const std::uint64_t bytes = pages << page_shift;
  switch (unit) {
    case FreeUnit::bytes:
      return fmt::format("{}", bytes);
    case FreeUnit::kibi:
      return fmt::format("{}", bytes >> 10U);
    case FreeUnit::mebi:
      return fmt::format("{}", bytes >> 20U);
    case FreeUnit::gibi:
      return fmt::format("{}", bytes >> 30U);
    case FreeUnit::human:
      return human(bytes);
  }
  return {};
}

}  // namespace

std::string free_text(const MemoryCounts& counts, FreeUnit unit) {
  const auto cell = [unit](std::uint64_t pages) { return fmt::format(" {:>11}", amount(pages, unit)); };
  // In a container MemAvailable may be that of the whole host.
  const std::uint64_t used = counts.total - (counts.available > counts.total ? counts.free : counts.available);
  return "               total        used        free      shared  buff/cache   available\n"
         "Mem:    " +
         cell(counts.total) + cell(used) + cell(counts.free) + cell(counts.shared) +
         cell(counts.buffers + counts.cached + counts.slab_reclaimable) + cell(counts.available) +
         "\nSwap:   " + cell(counts.swap_total) + cell(counts.swap_total - counts.swap_free) + cell(counts.swap_free) +
         "\n";
}

}  // namespace signalbox
