#pragma once

#include <cstdint>

#include "kernel/base/address.hpp"
#include "kernel/mm/frame.hpp"
#include "kernel/mm/space/memory_object.hpp"

namespace signalbox {

// What is true of all pages of a VMA, with the bits of Linux (include/linux/mm.h, 6.1), so that dumps compare.
using VmaFlags = std::uint32_t;
namespace vma_flag {
inline constexpr VmaFlags read = 0x1;
inline constexpr VmaFlags write = 0x2;
inline constexpr VmaFlags exec = 0x4;
inline constexpr VmaFlags shared = 0x8;
inline constexpr VmaFlags may_read = 0x10;  // mprotect may give this right
inline constexpr VmaFlags may_write = 0x20;
inline constexpr VmaFlags may_exec = 0x40;
inline constexpr VmaFlags may_share = 0x80;  // mapped with map_shared, be it read only
inline constexpr VmaFlags grows_down = 0x100;
inline constexpr VmaFlags locked = 0x2000;
inline constexpr VmaFlags sequential = 0x8000;
inline constexpr VmaFlags random = 0x10000;
inline constexpr VmaFlags not_in_fork = 0x20000;
inline constexpr VmaFlags lock_on_fault = 0x80000;
inline constexpr VmaFlags accounted = 0x100000;  // its pages are charged to the overcommit account
inline constexpr VmaFlags no_reserve = 0x200000;
inline constexpr VmaFlags wiped_in_fork = 0x2000000;
inline constexpr VmaFlags not_in_dump = 0x4000000;
inline constexpr VmaFlags huge = 0x20000000;
inline constexpr VmaFlags not_huge = 0x40000000;

inline constexpr VmaFlags rights = read | write | exec;
inline constexpr VmaFlags all_may = may_read | may_write | may_exec;
inline constexpr VmaFlags all_locks = locked | lock_on_fault;
}  // namespace vma_flag

constexpr std::uint64_t pages_of(std::uint64_t bytes) { return bytes >> page_shift; }
// Up to whole pages; wraps to 0 at the top, as PAGE_ALIGN does.
constexpr std::uint64_t page_aligned(std::uint64_t bytes) { return (bytes + page_bytes - 1) & ~(page_bytes - 1); }
constexpr VirtAddr page_aligned(VirtAddr at) { return VirtAddr(page_aligned(at.value())); }
constexpr bool is_page_aligned(VirtAddr at) { return at.value() % page_bytes == 0; }

// [begin, end), in whole pages.
struct PageRange {
  VirtAddr begin;
  VirtAddr end;

  constexpr std::uint64_t bytes() const { return end - begin; }
  constexpr std::uint64_t pages() const { return pages_of(bytes()); }
  constexpr bool operator==(const PageRange&) const = default;
};

// A virtual memory area: neighbouring pages of an address space that have all in common but their contents.
struct Vma {
  PageRange range;
  VmaFlags flags = 0;
  MemoryObjectRef object = {};    // none: private anonymous memory
  std::uint64_t page_offset = 0;  // of the first page in the object; of anonymous memory, its page number when mapped
  std::uint32_t anon_family = 0;  // whose private pages it may hold (Linux's anon_vma); 0: it has none yet

  bool has(VmaFlags all) const { return (flags & all) == all; }
  bool has_any(VmaFlags some) const { return (flags & some) != 0; }
  bool is_anonymous() const { return object == nullptr; }
  std::uint64_t page_offset_of(VirtAddr at) const { return page_offset + pages_of(at - range.begin); }
  bool operator==(const Vma&) const = default;
};

// Whether two are one: `high` begins where `low` ends and goes on with the same object at the next page, flags are
// equal, and private pages of both may belong to one family (is_mergeable_vma and can_vma_merge_after of
// mm/mmap.c, 6.1).
bool can_merge(const Vma& low, const Vma& high);

}  // namespace signalbox
