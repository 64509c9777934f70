#pragma once

#include <cstdint>

namespace signalbox {

// System call numbers: Linux's for x86-64 (arch/x86/entry/syscalls/syscall_64.tbl); calls that Linux has not, from
// 1000.
namespace call_number {

inline constexpr std::uint32_t read = 0;
inline constexpr std::uint32_t write = 1;
inline constexpr std::uint32_t open = 2;
inline constexpr std::uint32_t close = 3;
inline constexpr std::uint32_t stat = 4;
inline constexpr std::uint32_t fstat = 5;
inline constexpr std::uint32_t lstat = 6;
inline constexpr std::uint32_t poll = 7;
inline constexpr std::uint32_t lseek = 8;
inline constexpr std::uint32_t mmap = 9;
inline constexpr std::uint32_t mprotect = 10;
inline constexpr std::uint32_t munmap = 11;
inline constexpr std::uint32_t brk = 12;
inline constexpr std::uint32_t rt_sigaction = 13;
inline constexpr std::uint32_t rt_sigprocmask = 14;
inline constexpr std::uint32_t rt_sigreturn = 15;  // of compiled programs
inline constexpr std::uint32_t ioctl = 16;
inline constexpr std::uint32_t pread64 = 17;
inline constexpr std::uint32_t pwrite64 = 18;
inline constexpr std::uint32_t readv = 19;
inline constexpr std::uint32_t writev = 20;
inline constexpr std::uint32_t access = 21;
inline constexpr std::uint32_t pipe = 22;
inline constexpr std::uint32_t select = 23;
inline constexpr std::uint32_t sched_yield = 24;
inline constexpr std::uint32_t mremap = 25;
inline constexpr std::uint32_t msync = 26;
inline constexpr std::uint32_t mincore = 27;
inline constexpr std::uint32_t madvise = 28;
inline constexpr std::uint32_t dup = 32;
inline constexpr std::uint32_t dup2 = 33;
inline constexpr std::uint32_t pause = 34;
inline constexpr std::uint32_t nanosleep = 35;
inline constexpr std::uint32_t getitimer = 36;
inline constexpr std::uint32_t alarm = 37;
inline constexpr std::uint32_t setitimer = 38;
inline constexpr std::uint32_t getpid = 39;
inline constexpr std::uint32_t fork = 57;    // with an entry: takes a ThreadRequest
inline constexpr std::uint32_t execve = 59;  // of memory alone: without arguments
inline constexpr std::uint32_t exit = 60;    // of the calling thread
inline constexpr std::uint32_t wait4 = 61;
inline constexpr std::uint32_t kill = 62;
inline constexpr std::uint32_t semget = 64;
inline constexpr std::uint32_t semop = 65;
inline constexpr std::uint32_t semctl = 66;
inline constexpr std::uint32_t msgget = 68;
inline constexpr std::uint32_t msgsnd = 69;
inline constexpr std::uint32_t msgrcv = 70;
inline constexpr std::uint32_t msgctl = 71;
inline constexpr std::uint32_t fcntl = 72;
inline constexpr std::uint32_t fsync = 74;
inline constexpr std::uint32_t fdatasync = 75;
inline constexpr std::uint32_t truncate = 76;
inline constexpr std::uint32_t ftruncate = 77;
inline constexpr std::uint32_t getcwd = 79;
inline constexpr std::uint32_t chdir = 80;
inline constexpr std::uint32_t fchdir = 81;
inline constexpr std::uint32_t rename = 82;
inline constexpr std::uint32_t mkdir = 83;
inline constexpr std::uint32_t rmdir = 84;
inline constexpr std::uint32_t creat = 85;
inline constexpr std::uint32_t link = 86;
inline constexpr std::uint32_t unlink = 87;
inline constexpr std::uint32_t symlink = 88;
inline constexpr std::uint32_t readlink = 89;
inline constexpr std::uint32_t chmod = 90;
inline constexpr std::uint32_t fchmod = 91;
inline constexpr std::uint32_t chown = 92;
inline constexpr std::uint32_t fchown = 93;
inline constexpr std::uint32_t lchown = 94;
inline constexpr std::uint32_t umask = 95;
inline constexpr std::uint32_t getrusage = 98;
inline constexpr std::uint32_t times = 100;
inline constexpr std::uint32_t getuid = 102;
inline constexpr std::uint32_t getgid = 104;
inline constexpr std::uint32_t setuid = 105;
inline constexpr std::uint32_t setgid = 106;
inline constexpr std::uint32_t geteuid = 107;
inline constexpr std::uint32_t getegid = 108;
inline constexpr std::uint32_t setpgid = 109;
inline constexpr std::uint32_t getppid = 110;
inline constexpr std::uint32_t getpgrp = 111;
inline constexpr std::uint32_t setsid = 112;
inline constexpr std::uint32_t getpgid = 121;
inline constexpr std::uint32_t getsid = 124;
inline constexpr std::uint32_t rt_sigpending = 127;
inline constexpr std::uint32_t rt_sigtimedwait = 128;
inline constexpr std::uint32_t rt_sigqueueinfo = 129;
inline constexpr std::uint32_t rt_sigsuspend = 130;
inline constexpr std::uint32_t sigaltstack = 131;  // of compiled programs
inline constexpr std::uint32_t mknod = 133;
inline constexpr std::uint32_t getpriority = 140;
inline constexpr std::uint32_t setpriority = 141;
inline constexpr std::uint32_t sched_setparam = 142;
inline constexpr std::uint32_t sched_getparam = 143;
inline constexpr std::uint32_t sched_setscheduler = 144;
inline constexpr std::uint32_t sched_getscheduler = 145;
inline constexpr std::uint32_t sched_get_priority_max = 146;
inline constexpr std::uint32_t sched_get_priority_min = 147;
inline constexpr std::uint32_t sched_rr_get_interval = 148;
inline constexpr std::uint32_t mlock = 149;
inline constexpr std::uint32_t munlock = 150;
inline constexpr std::uint32_t prctl = 157;
inline constexpr std::uint32_t sync = 162;
inline constexpr std::uint32_t gettid = 186;
inline constexpr std::uint32_t tkill = 200;
inline constexpr std::uint32_t sched_setaffinity = 203;
inline constexpr std::uint32_t sched_getaffinity = 204;
inline constexpr std::uint32_t epoll_create = 213;
inline constexpr std::uint32_t getdents64 = 217;
inline constexpr std::uint32_t semtimedop = 220;
inline constexpr std::uint32_t clock_gettime = 228;
inline constexpr std::uint32_t clock_nanosleep = 230;
inline constexpr std::uint32_t exit_group = 231;
inline constexpr std::uint32_t epoll_wait = 232;
inline constexpr std::uint32_t epoll_ctl = 233;
inline constexpr std::uint32_t tgkill = 234;
inline constexpr std::uint32_t mq_open = 240;
inline constexpr std::uint32_t mq_unlink = 241;
inline constexpr std::uint32_t mq_timedsend = 242;
inline constexpr std::uint32_t mq_timedreceive = 243;
inline constexpr std::uint32_t mq_notify = 244;
inline constexpr std::uint32_t mq_getsetattr = 245;
inline constexpr std::uint32_t waitid = 247;
inline constexpr std::uint32_t openat = 257;
inline constexpr std::uint32_t mkdirat = 258;
inline constexpr std::uint32_t mknodat = 259;
inline constexpr std::uint32_t fchownat = 260;
inline constexpr std::uint32_t newfstatat = 262;
inline constexpr std::uint32_t unlinkat = 263;
inline constexpr std::uint32_t renameat = 264;
inline constexpr std::uint32_t linkat = 265;
inline constexpr std::uint32_t symlinkat = 266;
inline constexpr std::uint32_t readlinkat = 267;
inline constexpr std::uint32_t fchmodat = 268;
inline constexpr std::uint32_t faccessat = 269;
inline constexpr std::uint32_t pselect6 = 270;
inline constexpr std::uint32_t ppoll = 271;
inline constexpr std::uint32_t utimensat = 280;
inline constexpr std::uint32_t epoll_pwait = 281;
inline constexpr std::uint32_t eventfd = 284;
inline constexpr std::uint32_t eventfd2 = 290;
inline constexpr std::uint32_t epoll_create1 = 291;
inline constexpr std::uint32_t dup3 = 292;
inline constexpr std::uint32_t pipe2 = 293;
inline constexpr std::uint32_t preadv = 295;
inline constexpr std::uint32_t pwritev = 296;
inline constexpr std::uint32_t rt_tgsigqueueinfo = 297;
inline constexpr std::uint32_t prlimit64 = 302;
inline constexpr std::uint32_t sched_setattr = 314;
inline constexpr std::uint32_t sched_getattr = 315;
inline constexpr std::uint32_t mlock2 = 325;
inline constexpr std::uint32_t epoll_pwait2 = 441;

// Own calls: what the C library does on Linux, or what Linux has no call for.
inline constexpr std::uint32_t thread_create = 1000;  // takes a ThreadRequest
inline constexpr std::uint32_t thread_join = 1001;
inline constexpr std::uint32_t thread_detach = 1002;
inline constexpr std::uint32_t native_sigaction = 1003;
// The slow paths of ipc/sync, until they stand on the futex.
inline constexpr std::uint32_t mutex_lock = 1010;
inline constexpr std::uint32_t mutex_unlock = 1011;
inline constexpr std::uint32_t condition_wait = 1012;
inline constexpr std::uint32_t condition_signal = 1013;
inline constexpr std::uint32_t condition_broadcast = 1014;
inline constexpr std::uint32_t barrier_wait = 1015;
inline constexpr std::uint32_t semaphore_post = 1016;
inline constexpr std::uint32_t semaphore_wait = 1017;
// Those of the process's malloc.
inline constexpr std::uint32_t heap_enter = 1020;
inline constexpr std::uint32_t heap_leave = 1021;

}  // namespace call_number

}  // namespace signalbox
