#include "kernel/mm/segment_descriptor.hpp"

namespace signalbox {
namespace {

constexpr unsigned type_at = 40;
constexpr std::uint64_t open_bit = std::uint64_t{2} << type_at;
constexpr std::uint64_t expand_down_bit = std::uint64_t{4} << type_at;
constexpr std::uint64_t code_bit = std::uint64_t{8} << type_at;
constexpr std::uint64_t no_system_bit = std::uint64_t{1} << 44;
constexpr unsigned privilege_at = 45;
constexpr std::uint64_t present_bit = std::uint64_t{1} << 47;
constexpr std::uint64_t wide_bit = std::uint64_t{1} << 54;
constexpr std::uint64_t pages_bit = std::uint64_t{1} << 55;

std::uint64_t bit_if(bool is_set, std::uint64_t bit) { return is_set ? bit : 0; }

}  // namespace

std::uint64_t Segment::bits() const {
  const std::uint64_t wide_base = base;
  const std::uint64_t wide_limit = limit;
  return (wide_limit & 0xffff) | (wide_limit >> 16U & 0xf) << 48U | (wide_base & 0xff'ffff) << 16U |
         (wide_base >> 24U) << 56U | std::uint64_t{privilege} << privilege_at | bit_if(is_open, open_bit) |
         bit_if(is_expand_down, expand_down_bit) | bit_if(is_code, code_bit) | bit_if(!is_system, no_system_bit) |
         bit_if(is_present, present_bit) | bit_if(is_wide, wide_bit) | bit_if(counts_pages, pages_bit);
}

Segment Segment::of(std::uint64_t bits) {
  return {.base = static_cast<std::uint32_t>((bits >> 16U & 0xff'ffff) | (bits >> 56U) << 24U),
          .limit = static_cast<std::uint32_t>((bits & 0xffff) | (bits >> 48U & 0xf) << 16U),
          .counts_pages = (bits & pages_bit) != 0,
          .is_wide = (bits & wide_bit) != 0,
          .is_code = (bits & code_bit) != 0,
          .is_expand_down = (bits & expand_down_bit) != 0,
          .is_open = (bits & open_bit) != 0,
          .is_system = (bits & no_system_bit) == 0,
          .privilege = static_cast<std::uint8_t>(bits >> privilege_at & 3U),
          .is_present = (bits & present_bit) != 0};
}

bool Segment::contains(std::uint32_t offset, std::uint32_t bytes) const {
  const std::uint64_t last = std::uint64_t{offset} + bytes - 1;
  const std::uint64_t end = counts_pages ? std::uint64_t{limit} << 12U | 0xfff : limit;
  if (is_code || !is_expand_down) return last <= end;
  return offset > end && last <= (is_wide ? 0xffff'ffff : 0xffff);
}

}  // namespace signalbox
