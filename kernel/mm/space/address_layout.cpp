#include "kernel/mm/space/address_layout.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

struct WidthRules {
  std::uint64_t end;
  std::uint64_t pie_base;
  std::uint64_t fixed_base;
  std::uint64_t stack_random_pages;  // a mask: STACK_RND_MASK
  std::uint64_t break_span;
  unsigned default_random_bits;
  unsigned most_random_bits;
};

constexpr std::uint64_t end_64 = (std::uint64_t{1} << 47U) - page_bytes;

constexpr WidthRules rules_of(ProgramWidth width) {
  constexpr WidthRules narrow{.end = 0xc000'0000,
                              .pie_base = 0x40'0000,
                              .fixed_base = 0x804'8000,
                              .stack_random_pages = 0x7ff,
                              .break_span = 32 * mib,
                              .default_random_bits = 8,
                              .most_random_bits = 16};
  switch (width) {
    case ProgramWidth::bits_64:
      return {.end = end_64,
              .pie_base = (end_64 / 3 * 2) & ~(page_bytes - 1),
              .fixed_base = 0x40'0000,
              .stack_random_pages = 0x3f'ffff,
              .break_span = 1024 * mib,
              .default_random_bits = 28,
              .most_random_bits = 32};
    case ProgramWidth::bits_32:
      return narrow;
    case ProgramWidth::bits_32_compat:
      break;
  }
  WidthRules compat = narrow;
  compat.end = 0xffff'e000;
  return compat;
}

// The stack may grow to its limit, wherever it was moved to: at least 128 MiB, at most five sixths of all.
VirtAddr base_below_stack(const WidthRules& rules, std::uint64_t stack_limit, std::uint64_t pad, std::uint64_t random) {
  std::uint64_t gap = stack_limit;
  if (gap + pad > gap) gap += pad;  // not if it is unlimited
  gap = std::clamp(gap, 128 * mib, rules.end / 6 * 5);
  return page_aligned(VirtAddr(rules.end - gap - random));
}

AddressLayout laid_out(const LayoutOptions& options, Prng* random) {
  const WidthRules rules = rules_of(options.width);
  const unsigned bits = options.random_bits == 0 ? rules.default_random_bits : options.random_bits;
  CHECK(bits <= rules.most_random_bits, "vm.mmap_rnd_bits is limited by the architecture");
  const auto draw = [random](std::uint64_t mask) {
    return random == nullptr ? 0 : (random->next() & mask) << page_shift;
  };
  const std::uint64_t mapping_mask = (std::uint64_t{1} << bits) - 1;
  const std::uint64_t stack_span = random == nullptr ? 0 : rules.stack_random_pages << page_shift;
  const std::uint64_t moved = draw(mapping_mask);
  AddressLayout layout;
  layout.end = VirtAddr(rules.end);
  layout.stack_top = VirtAddr(rules.end - draw(rules.stack_random_pages));
  layout.legacy_base = page_aligned(VirtAddr(rules.end / 3)) + moved;
  layout.mmap_base = options.is_legacy
                         ? layout.legacy_base
                         : base_below_stack(rules, options.stack_limit, stack_span + options.guard_bytes, moved);
  layout.pie_base = VirtAddr(rules.pie_base + draw(mapping_mask));
  layout.fixed_base = VirtAddr(rules.fixed_base);
  layout.break_span = random == nullptr ? 0 : rules.break_span;
  layout.is_legacy = options.is_legacy;
  return layout;
}

}  // namespace

AddressLayout plain_layout(const LayoutOptions& options) { return laid_out(options, nullptr); }

AddressLayout random_layout(const LayoutOptions& options, Prng& random) { return laid_out(options, &random); }

VirtAddr heap_begin(const AddressLayout& layout, VirtAddr end_of_bss, Prng& random) {
  const VirtAddr begin = page_aligned(end_of_bss);
  const std::uint64_t span = layout.break_span - std::min(layout.break_span, begin - end_of_bss);
  if (pages_of(span) == 0) return begin;
  return begin + (random.below(pages_of(span)) << page_shift);
}

}  // namespace signalbox
