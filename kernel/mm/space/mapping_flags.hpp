#pragma once

#include <cstdint>

namespace signalbox {

// What programs pass to the calls on mappings: Linux's numbers (asm-generic/mman-common.h, mman.h; x86), in lower case
// because host headers define the capitals as macros.
inline constexpr std::uint32_t prot_none = 0;
inline constexpr std::uint32_t prot_read = 0x1;
inline constexpr std::uint32_t prot_write = 0x2;
inline constexpr std::uint32_t prot_exec = 0x4;
inline constexpr std::uint32_t prot_sem = 0x8;
inline constexpr std::uint32_t prot_growsdown = 0x01000000;
inline constexpr std::uint32_t prot_growsup = 0x02000000;

inline constexpr std::uint32_t map_shared = 0x1;
inline constexpr std::uint32_t map_private = 0x2;
inline constexpr std::uint32_t map_shared_validate = 0x3;
inline constexpr std::uint32_t map_type = 0xf;  // the bits of the three above
inline constexpr std::uint32_t map_fixed = 0x10;
inline constexpr std::uint32_t map_anonymous = 0x20;
inline constexpr std::uint32_t map_32bit = 0x40;
inline constexpr std::uint32_t map_growsdown = 0x100;
inline constexpr std::uint32_t map_locked = 0x2000;
inline constexpr std::uint32_t map_noreserve = 0x4000;
inline constexpr std::uint32_t map_populate = 0x8000;
inline constexpr std::uint32_t map_nonblock = 0x10000;
inline constexpr std::uint32_t map_hugetlb = 0x40000;
inline constexpr std::uint32_t map_fixed_noreplace = 0x100000;

inline constexpr std::uint32_t mremap_maymove = 0x1;
inline constexpr std::uint32_t mremap_fixed = 0x2;
inline constexpr std::uint32_t mremap_dontunmap = 0x4;

inline constexpr std::uint32_t mlock_onfault = 0x1;

inline constexpr std::uint32_t ms_async = 0x1;
inline constexpr std::uint32_t ms_invalidate = 0x2;
inline constexpr std::uint32_t ms_sync = 0x4;

inline constexpr std::int32_t madv_normal = 0;
inline constexpr std::int32_t madv_random = 1;
inline constexpr std::int32_t madv_sequential = 2;
inline constexpr std::int32_t madv_willneed = 3;
inline constexpr std::int32_t madv_dontneed = 4;
inline constexpr std::int32_t madv_free = 8;
inline constexpr std::int32_t madv_remove = 9;
inline constexpr std::int32_t madv_dontfork = 10;
inline constexpr std::int32_t madv_dofork = 11;
inline constexpr std::int32_t madv_hugepage = 14;
inline constexpr std::int32_t madv_nohugepage = 15;
inline constexpr std::int32_t madv_dontdump = 16;
inline constexpr std::int32_t madv_dodump = 17;
inline constexpr std::int32_t madv_wipeonfork = 18;
inline constexpr std::int32_t madv_keeponfork = 19;
inline constexpr std::int32_t madv_cold = 20;
inline constexpr std::int32_t madv_pageout = 21;
inline constexpr std::int32_t madv_dontneed_locked = 24;

}  // namespace signalbox
