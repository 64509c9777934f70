#pragma once

#include <cstdint>

namespace signalbox {

// What programs pass to the calls on files: Linux's numbers for x86-64 (asm-generic/fcntl.h, linux/fcntl.h,
// linux/fs.h), in lower case because host headers define the capitals as macros.
inline constexpr std::uint32_t o_rdonly = 0;
inline constexpr std::uint32_t o_wronly = 01;
inline constexpr std::uint32_t o_rdwr = 02;
inline constexpr std::uint32_t o_accmode = 03;
inline constexpr std::uint32_t o_creat = 0100;
inline constexpr std::uint32_t o_excl = 0200;
inline constexpr std::uint32_t o_noctty = 0400;
inline constexpr std::uint32_t o_trunc = 01000;
inline constexpr std::uint32_t o_append = 02000;
inline constexpr std::uint32_t o_nonblock = 04000;
inline constexpr std::uint32_t o_dsync = 010000;
inline constexpr std::uint32_t o_async = 020000;
inline constexpr std::uint32_t o_direct = 040000;
inline constexpr std::uint32_t o_largefile = 0100000;
inline constexpr std::uint32_t o_directory = 0200000;
inline constexpr std::uint32_t o_nofollow = 0400000;
inline constexpr std::uint32_t o_noatime = 01000000;
inline constexpr std::uint32_t o_cloexec = 02000000;
inline constexpr std::uint32_t o_sync = 04010000;
inline constexpr std::uint32_t o_path = 010000000;
inline constexpr std::uint32_t o_tmpfile = 020200000;

inline constexpr std::int32_t at_fdcwd = -100;
inline constexpr std::uint32_t at_symlink_nofollow = 0x100;
inline constexpr std::uint32_t at_removedir = 0x200;
inline constexpr std::uint32_t at_symlink_follow = 0x400;
inline constexpr std::uint32_t at_empty_path = 0x1000;

inline constexpr std::int32_t f_dupfd = 0;
inline constexpr std::int32_t f_getfd = 1;
inline constexpr std::int32_t f_setfd = 2;
inline constexpr std::int32_t f_getfl = 3;
inline constexpr std::int32_t f_setfl = 4;
inline constexpr std::int32_t f_dupfd_cloexec = 1030;
inline constexpr std::int32_t f_setpipe_sz = 1031;
inline constexpr std::int32_t f_getpipe_sz = 1032;
inline constexpr std::uint64_t fd_cloexec = 1;

inline constexpr std::int32_t seek_set = 0;
inline constexpr std::int32_t seek_cur = 1;
inline constexpr std::int32_t seek_end = 2;
inline constexpr std::int32_t seek_data = 3;
inline constexpr std::int32_t seek_hole = 4;

// ioctl(2) of every file (asm-generic/ioctls.h).
inline constexpr std::uint32_t fionread = 0x541b;
inline constexpr std::uint32_t fionbio = 0x5421;
inline constexpr std::uint32_t fionclex = 0x5450;
inline constexpr std::uint32_t fioclex = 0x5451;

// The most that one call moves (MAX_RW_COUNT).
inline constexpr std::uint64_t most_moved = 0x7fff'f000;

inline constexpr std::int64_t utime_now = 0x3fff'ffff;
inline constexpr std::int64_t utime_omit = 0x3fff'fffe;

inline constexpr std::uint32_t set_user_bit = 04000;
inline constexpr std::uint32_t set_group_bit = 02000;
inline constexpr std::uint32_t sticky_bit = 01000;
inline constexpr std::uint32_t of_group_execute = 010;
inline constexpr std::uint32_t permission_bits = 07777;

}  // namespace signalbox
