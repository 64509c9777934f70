#include "kernel/mm/space/program_image.hpp"

#include <algorithm>

#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t stack_extra_bytes = 131'072;  // setup_arg_pages: 32 pages of 4 KiB

Result<void> map_fixed_part(AddressMap& map, MmapRequest request, std::uint32_t kind) {
  if (request.bytes == 0) return {};
  request.flags = map_private | map_fixed_noreplace | kind;
  TRY(mmap(map, request));
  return {};
}

Result<void> make_stack(AddressMap& map, std::uint64_t argument_bytes) {
  const VirtAddr top = map.layout().stack_top;
  const std::uint64_t bytes = page_aligned(argument_bytes);
  TRY(map_fixed_part(map, {.hint = VirtAddr(top.value() - bytes), .bytes = bytes}, map_anonymous | map_growsdown));
  const std::uint64_t limit = map.limits.stack & ~(page_bytes - 1);
  const std::uint64_t whole = std::max(bytes, std::min(limit, bytes + stack_extra_bytes));
  return map.grow_stack(VirtAddr(top.value() - whole));
}

}  // namespace

Result<void> load_image(AddressMap& map, const ProgramImage& image, Prng& random) {
  const AddressLayout& layout = map.layout();
  ProgramParts parts;
  parts.code_begin = image.is_position_independent ? layout.pie_base : layout.fixed_base;
  parts.code_end = parts.code_begin + image.text_bytes;
  parts.data_begin = page_aligned(parts.code_end);
  parts.data_end = parts.data_begin + image.data_bytes;
  // The rest of the data's last page is zeroed, and belongs to the bss.
  const VirtAddr bss_begin = page_aligned(parts.data_end);
  const VirtAddr bss_end = parts.data_end + image.bss_bytes;
  TRY(map_fixed_part(
      map, {.hint = parts.code_begin, .bytes = image.text_bytes, .prot = prot_read | prot_exec, .object = image.file},
      0));
  TRY(map_fixed_part(map,
                     {.hint = parts.data_begin,
                      .bytes = image.data_bytes,
                      .object = image.file,
                      .offset = page_aligned(image.text_bytes)},
                     0));
  if (bss_end > bss_begin) TRY(map_fixed_part(map, {.hint = bss_begin, .bytes = bss_end - bss_begin}, map_anonymous));
  parts.heap_begin = heap_begin(layout, std::max(bss_begin, bss_end), random);
  parts.heap_end = parts.heap_begin;
  map.parts = parts;
  return make_stack(map, image.argument_bytes);
}

}  // namespace signalbox
