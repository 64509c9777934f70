#include "kernel/mm/proc/maps_text.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::size_t name_column = 73;  // seq_setwidth(25 + 6 * sizeof(void*) - 1), and a blank

struct NamedFlag {
  VmaFlags flag;
  std::string_view name;
};

// In the order of the bits (show_smap_vma_flags).
constexpr std::array named_flags{
    NamedFlag{vma_flag::read, "rd"},          NamedFlag{vma_flag::write, "wr"},
    NamedFlag{vma_flag::exec, "ex"},          NamedFlag{vma_flag::shared, "sh"},
    NamedFlag{vma_flag::may_read, "mr"},      NamedFlag{vma_flag::may_write, "mw"},
    NamedFlag{vma_flag::may_exec, "me"},      NamedFlag{vma_flag::may_share, "ms"},
    NamedFlag{vma_flag::grows_down, "gd"},    NamedFlag{vma_flag::locked, "lo"},
    NamedFlag{vma_flag::sequential, "sr"},    NamedFlag{vma_flag::random, "rr"},
    NamedFlag{vma_flag::not_in_fork, "dc"},   NamedFlag{vma_flag::lock_on_fault, "lf"},
    NamedFlag{vma_flag::accounted, "ac"},     NamedFlag{vma_flag::no_reserve, "nr"},
    NamedFlag{vma_flag::wiped_in_fork, "wf"}, NamedFlag{vma_flag::not_in_dump, "dd"},
    NamedFlag{vma_flag::huge, "hg"},          NamedFlag{vma_flag::not_huge, "nh"},
};

std::string_view name_of(const Vma& vma, const AddressMap& map) {
  if (!vma.is_anonymous()) return vma.object->path();
  const PageRange range = vma.range;
  const ProgramParts& parts = map.parts;
  const bool has_heap = parts.heap_begin != VirtAddr();
  if (has_heap && range.begin <= parts.heap_end && range.end >= parts.heap_begin) return "[heap]";
  const bool is_stack = range.begin < map.layout().stack_top && range.end >= map.layout().stack_top;
  return is_stack ? "[stack]" : "";
}

std::string map_line(const Vma& vma, const AddressMap& map) {
  const auto letter = [&vma](VmaFlags flag, char yes) { return vma.has(flag) ? yes : '-'; };
  const std::uint64_t offset = vma.is_anonymous() ? 0 : vma.page_offset << page_shift;
  const std::uint64_t inode = vma.is_anonymous() ? 0 : vma.object->inode();
  const std::string line =
      fmt::format("{:08x}-{:08x} {}{}{}{} {:08x} 00:00 {} ", vma.range.begin.value(), vma.range.end.value(),
                  letter(vma_flag::read, 'r'), letter(vma_flag::write, 'w'), letter(vma_flag::exec, 'x'),
                  vma.has(vma_flag::may_share) ? 's' : 'p', offset, inode);
  const std::string_view name = name_of(vma, map);
  return name.empty() ? line + "\n" : fmt::format("{:<{}}{}\n", line, name_column, name);
}

std::string kib_line(std::string_view name, std::uint64_t bytes) {
  return fmt::format("{:<16}{:>8} kB\n", fmt::format("{}:", name), bytes >> 10U);
}

std::string fraction_line(std::string_view name, std::uint64_t sum) {
  return kib_line(name, sum >> MappingUse::fraction_bits);
}

enum class SmapsForm : std::uint8_t { mapping, rollup };

// __show_smap
std::string use_lines(const MappingUse& use, SmapsForm form) {
  const std::string kinds = form == SmapsForm::mapping ? std::string()
                                                       : fraction_line("Pss_Anon", use.proportional_anonymous) +
                                                             fraction_line("Pss_File", use.proportional_file) +
                                                             fraction_line("Pss_Shmem", use.proportional_shared);
  return kib_line("Rss", use.resident) + fraction_line("Pss", use.proportional) +
         fraction_line("Pss_Dirty", use.proportional_dirty) + kinds + kib_line("Shared_Clean", use.shared_clean) +
         kib_line("Shared_Dirty", use.shared_dirty) + kib_line("Private_Clean", use.private_clean) +
         kib_line("Private_Dirty", use.private_dirty) + kib_line("Referenced", use.referenced) +
         kib_line("Anonymous", use.anonymous) + kib_line("LazyFree", use.lazy_free) +
         kib_line("AnonHugePages", use.anonymous_huge) + kib_line("ShmemPmdMapped", use.shared_memory_huge) +
         kib_line("FilePmdMapped", use.file_huge) + kib_line("Shared_Hugetlb", 0) +
         "Private_Hugetlb:       0 kB\n" +  // there are no pages set aside for hugetlbfs
         kib_line("Swap", use.swap) + fraction_line("SwapPss", use.proportional_swap) +
         fraction_line("Locked", use.proportional_locked);
}

std::string flags_line(VmaFlags flags) {
  std::string line = "VmFlags: ";
  for (const NamedFlag& named : named_flags) {
    if ((flags & named.flag) != 0) fmt::format_to(std::back_inserter(line), "{} ", named.name);
  }
  return line + "\n";
}

}  // namespace

std::string maps_text(const AddressMap& map) {
  std::string text;
  for (const Vma& vma : map.vmas().all()) text += map_line(vma, map);
  return text;
}

std::string smaps_text(const AddressMap& map, std::span<const MappingUse> uses) {
  CHECK(uses.size() == map.vmas().size(), "every VMA has its use");
  std::string text;
  const MappingUse* use = uses.data();
  for (const Vma& vma : map.vmas().all()) {
    text += map_line(vma, map) + kib_line("Size", vma.range.bytes()) + kib_line("KernelPageSize", page_bytes) +
            kib_line("MMUPageSize", page_bytes) + use_lines(*use, SmapsForm::mapping);
    text += fmt::format("THPeligible:    {}\n", use->may_be_huge ? 1 : 0) + flags_line(vma.flags);
    ++use;
  }
  return text;
}

std::string smaps_rollup_text(const AddressMap& map, std::span<const MappingUse> uses) {
  MappingUse sum;
  for (const MappingUse& use : uses) sum += use;
  PageRange whole = {};
  for (const Vma& vma : map.vmas().all()) {
    if (whole.end == VirtAddr()) whole.begin = vma.range.begin;
    whole.end = vma.range.end;
  }
  const std::string head = fmt::format("{:08x}-{:08x} ---p 00000000 00:00 0 ", whole.begin.value(), whole.end.value());
  return fmt::format("{:<{}}[rollup]\n", head, name_column) + use_lines(sum, SmapsForm::rollup);
}

}  // namespace signalbox
