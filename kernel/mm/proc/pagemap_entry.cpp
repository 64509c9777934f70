#include "kernel/mm/proc/pagemap_entry.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr unsigned area_bits = 5;
constexpr std::uint64_t place_mask = (std::uint64_t{1} << 55U) - 1;
constexpr std::uint64_t soft_dirty_bit = std::uint64_t{1} << 55U;
constexpr std::uint64_t exclusive_bit = std::uint64_t{1} << 56U;
constexpr std::uint64_t file_bit = std::uint64_t{1} << 61U;
constexpr std::uint64_t swapped_bit = std::uint64_t{1} << 62U;
constexpr std::uint64_t present_bit = std::uint64_t{1} << 63U;

std::uint64_t place_bits(const PagemapPage& page) {
  switch (page.place) {
    case PagemapPage::Place::nowhere:
      return 0;
    case PagemapPage::Place::frame:
      return present_bit | page.frame.value();
    case PagemapPage::Place::swap:
      CHECK(page.swap_area < 1U << area_bits && page.swap_slot <= place_mask >> area_bits,
            "areas have 5 bits, slots 50");
      return swapped_bit | page.swap_slot << area_bits | page.swap_area;
  }
  return 0;
}

}  // namespace

std::uint64_t PagemapPage::bits() const {
  return place_bits(*this) | (is_soft_dirty ? soft_dirty_bit : 0) | (is_exclusive ? exclusive_bit : 0) |
         (is_file_or_shared ? file_bit : 0);
}

PagemapPage PagemapPage::of(std::uint64_t bits) {
  PagemapPage page{.is_soft_dirty = (bits & soft_dirty_bit) != 0,
                   .is_exclusive = (bits & exclusive_bit) != 0,
                   .is_file_or_shared = (bits & file_bit) != 0};
  const std::uint64_t where = bits & place_mask;
  if ((bits & present_bit) != 0) {
    page.place = Place::frame;
    page.frame = FrameNumber(static_cast<FrameNumber::Value>(where));
  } else if ((bits & swapped_bit) != 0) {
    page.place = Place::swap;
    page.swap_area = static_cast<std::uint8_t>(where & ((1U << area_bits) - 1));
    page.swap_slot = where >> area_bits;
  }
  return page;
}

}  // namespace signalbox
