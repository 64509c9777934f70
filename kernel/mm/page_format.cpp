#include "kernel/mm/page_format.hpp"

#include <array>
#include <bit>

namespace signalbox {
namespace {

constexpr std::array x86_64_levels{
    PageLevel{"PGD", 39, 9, false},
    PageLevel{"PUD", 30, 9, false},
    PageLevel{"PMD", 21, 9, true},
    PageLevel{"PTE", 12, 9, false},
};
constexpr std::array x86_32_levels{
    PageLevel{"PGD", 22, 10, true},
    PageLevel{"PTE", 12, 10, false},
};
constexpr std::array flat_levels{PageLevel{"PTE", 12, 20, false}};

constexpr PageFormat x86_64{"x86-64", 48, 8, true, x86_64_levels};
constexpr PageFormat x86_32{"x86-32", 32, 4, false, x86_32_levels};
constexpr PageFormat flat{"flat", 32, 4, false, flat_levels};

}  // namespace

unsigned PageFormat::table_order(unsigned level) const {
  return static_cast<unsigned>(std::countr_zero(table_bytes(level) / page_bytes));
}

unsigned PageFormat::large_level() const {
  for (unsigned level = 0; level < levels.size(); ++level) {
    if (levels[level].has_large_pages) return level;
  }
  return last_level();
}

const PageFormat& x86_64_format() { return x86_64; }
const PageFormat& x86_32_format() { return x86_32; }
const PageFormat& flat_format() { return flat; }

}  // namespace signalbox
