/* System calls as the C library has them: the kernel's answer, or -1 and errno. Numbers are those of
 * arch/x86/entry/syscalls/syscall_64.tbl, by the host's <sys/syscall.h>. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

/* Files. */
ssize_t read(int fd, void *to, size_t bytes) { return SB_POINT3(SYS_read, fd, to, bytes); }
ssize_t write(int fd, const void *from, size_t bytes) { return SB_POINT3(SYS_write, fd, from, bytes); }
ssize_t pread(int fd, void *to, size_t bytes, off_t at) { return SB_POINT4(SYS_pread64, fd, to, bytes, at); }
ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at) {
  return SB_POINT4(SYS_pwrite64, fd, from, bytes, at);
}
int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int mode = va_arg(arguments, int); /* some register where there is none: only O_CREAT reads it */
  va_end(arguments);
  return (int)SB_POINT3(SYS_open, path, flags, (flags & O_CREAT) != 0 ? mode : 0);
}
int openat(int folder, const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int mode = va_arg(arguments, int);
  va_end(arguments);
  return (int)SB_POINT4(SYS_openat, folder, path, flags, (flags & O_CREAT) != 0 ? mode : 0);
}
int open64(const char *, int, ...) __attribute__((alias("open")));
int creat(const char *path, mode_t mode) { return (int)SB_POINT2(SYS_creat, path, mode); }
int close(int fd) { return (int)SB_POINT1(SYS_close, fd); }
off_t lseek(int fd, off_t by, int whence) { return SB_CALL3(SYS_lseek, fd, by, whence); }
off_t lseek64(int, off_t, int) __attribute__((alias("lseek")));
int pipe(int ends[2]) { return (int)SB_CALL1(SYS_pipe, ends); }
int pipe2(int ends[2], int flags) { return (int)SB_CALL2(SYS_pipe2, ends, flags); }
int mknod(const char *path, mode_t mode, dev_t device) { return (int)SB_CALL3(SYS_mknod, path, mode, device); }
int mknodat(int folder, const char *path, mode_t mode, dev_t device) {
  return (int)SB_CALL4(SYS_mknodat, folder, path, mode, device);
}
int mkfifo(const char *path, mode_t mode) { return mknod(path, mode | S_IFIFO, 0); }
int mkfifoat(int folder, const char *path, mode_t mode) { return mknodat(folder, path, mode | S_IFIFO, 0); }
int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  const uint64_t argument = va_arg(arguments, uint64_t);
  va_end(arguments);
  return (int)SB_CALL3(SYS_ioctl, fd, request, argument);
}

/* Waiting for files. The raw calls write the time left back; the library's, but for select, do not. */
int poll(struct pollfd *files, nfds_t count, int timeout) { return (int)SB_POINT3(SYS_poll, files, count, timeout); }
int ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  struct timespec own = timeout == NULL ? (struct timespec){0} : *timeout;
  return (int)sb_point(SYS_ppoll, SB_WORD(files), count, SB_WORD(timeout == NULL ? NULL : &own), SB_WORD(mask), 8, 0);
}
int select(int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout) {
  return (int)sb_point(SYS_select, (uint64_t)count, SB_WORD(in), SB_WORD(out), SB_WORD(except), SB_WORD(timeout), 0);
}
int pselect(int count, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout, const sigset_t *mask) {
  struct timespec own = timeout == NULL ? (struct timespec){0} : *timeout;
  const uint64_t swapped[2] = {SB_WORD(mask), 8};
  return (int)sb_point(SYS_pselect6, (uint64_t)count, SB_WORD(in), SB_WORD(out), SB_WORD(except),
                       SB_WORD(timeout == NULL ? NULL : &own), SB_WORD(swapped));
}
int epoll_create(int size) { return (int)SB_CALL1(SYS_epoll_create, size); }
int epoll_create1(int flags) { return (int)SB_CALL1(SYS_epoll_create1, flags); }
int epoll_ctl(int set, int operation, int fd, struct epoll_event *event) {
  return (int)SB_CALL4(SYS_epoll_ctl, set, operation, fd, event);
}
int epoll_wait(int set, struct epoll_event *to, int most, int timeout) {
  return (int)SB_POINT4(SYS_epoll_wait, set, to, most, timeout);
}
int epoll_pwait(int set, struct epoll_event *to, int most, int timeout, const sigset_t *mask) {
  return (int)sb_point(SYS_epoll_pwait, (uint64_t)set, SB_WORD(to), (uint64_t)most, (uint64_t)timeout, SB_WORD(mask),
                       8);
}
int epoll_pwait2(int set, struct epoll_event *to, int most, const struct timespec *timeout, const sigset_t *mask) {
  return (int)sb_point(SYS_epoll_pwait2, (uint64_t)set, SB_WORD(to), (uint64_t)most, SB_WORD(timeout), SB_WORD(mask),
                       8);
}
int eventfd(unsigned int value, int flags) { return (int)SB_CALL2(SYS_eventfd2, value, flags); }
int eventfd_read(int fd, eventfd_t *to) { return read(fd, to, sizeof *to) == sizeof *to ? 0 : -1; }
int eventfd_write(int fd, eventfd_t value) { return write(fd, &value, sizeof value) == sizeof value ? 0 : -1; }

int dup(int fd) { return (int)SB_CALL1(SYS_dup, fd); }
int dup2(int from, int to) { return (int)SB_CALL2(SYS_dup2, from, to); }
int dup3(int from, int to, int flags) { return (int)SB_CALL3(SYS_dup3, from, to, flags); }
int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const uint64_t argument = va_arg(arguments, uint64_t);
  va_end(arguments);
  const int waits = command == F_SETLKW || command == F_OFD_SETLKW;
  return (int)(waits ? SB_POINT3(SYS_fcntl, fd, command, argument) : SB_CALL3(SYS_fcntl, fd, command, argument));
}
int fcntl64(int, int, ...) __attribute__((alias("fcntl")));
int stat(const char *path, struct stat *to) { return (int)SB_CALL2(SYS_stat, path, to); }
int lstat(const char *path, struct stat *to) { return (int)SB_CALL2(SYS_lstat, path, to); }
int fstat(int fd, struct stat *to) { return (int)SB_CALL2(SYS_fstat, fd, to); }
int truncate(const char *path, off_t bytes) { return (int)SB_CALL2(SYS_truncate, path, bytes); }
int ftruncate(int fd, off_t bytes) { return (int)SB_CALL2(SYS_ftruncate, fd, bytes); }
int fsync(int fd) { return (int)SB_POINT1(SYS_fsync, fd); }
int fdatasync(int fd) { return (int)SB_POINT1(SYS_fdatasync, fd); }
void sync(void) { SB_CALL0(SYS_sync); }
int unlink(const char *path) { return (int)SB_CALL1(SYS_unlink, path); }
int rename(const char *from, const char *to) { return (int)SB_CALL2(SYS_rename, from, to); }
int mkdir(const char *path, mode_t mode) { return (int)SB_CALL2(SYS_mkdir, path, mode); }
int rmdir(const char *path) { return (int)SB_CALL1(SYS_rmdir, path); }
int remove(const char *path) {
  if (unlink(path) == 0) return 0;
  return errno == EISDIR ? rmdir(path) : -1;
}
int chdir(const char *path) { return (int)SB_CALL1(SYS_chdir, path); }
mode_t umask(mode_t mask) { return (mode_t)SB_CALL1(SYS_umask, mask); }
char *getcwd(char *to, size_t bytes) {
  char *room = to;
  if (room == NULL) {
    if (bytes == 0) bytes = 4096;
    room = malloc(bytes);
    if (room == NULL) return NULL;
  }
  if (SB_CALL2(SYS_getcwd, room, bytes) >= 0) return room;
  if (to == NULL) free(room);
  return NULL;
}
/* A terminal is what cannot be sought in and is a character device. */
int isatty(int fd) {
  struct stat found;
  if (fstat(fd, &found) != 0) return 0;
  if (S_ISCHR(found.st_mode) && lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE) return 1;
  errno = ENOTTY;
  return 0;
}

/* Processes. */
pid_t fork(void) {
  const pid_t child = (pid_t)SB_CALL0(SYS_fork);
  if (child == 0) {
    sb_self()->tid = SB_CALL0(SYS_gettid);
    sb_forget_other_threads();
  }
  return child;
}
/* The child is in the same memory, and this thread's numbers are its own for that long. The kernel keeps what lies
 * below the caller's frame, which the child's return from here gives up. */
pid_t vfork(void) {
  struct SbThread *self = sb_self();
  const int64_t tid = self->tid;
  const pid_t child = (pid_t)SB_CALL1(SYS_vfork, __builtin_dwarf_cfa());
  self->tid = child == 0 ? SB_CALL0(SYS_gettid) : tid;
  return child;
}
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  return (pid_t)SB_POINT4(SYS_wait4, pid, status, options, usage);
}
pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }
pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }
pid_t wait(int *status) { return wait4(-1, status, 0, NULL); }
int waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
  return (int)sb_point(SYS_waitid, (uint64_t)type, id, SB_WORD(info), (uint64_t)options, 0, 0);
}
pid_t getpid(void) { return (pid_t)SB_CALL0(SYS_getpid); }
pid_t getppid(void) { return (pid_t)SB_CALL0(SYS_getppid); }
pid_t gettid(void) { return (pid_t)SB_CALL0(SYS_gettid); }
uid_t getuid(void) { return (uid_t)SB_CALL0(SYS_getuid); }
uid_t geteuid(void) { return (uid_t)SB_CALL0(SYS_geteuid); }
gid_t getgid(void) { return (gid_t)SB_CALL0(SYS_getgid); }
gid_t getegid(void) { return (gid_t)SB_CALL0(SYS_getegid); }
int setuid(uid_t id) { return (int)SB_CALL1(SYS_setuid, id); }
int setgid(gid_t id) { return (int)SB_CALL1(SYS_setgid, id); }
pid_t getpgrp(void) { return (pid_t)SB_CALL0(SYS_getpgrp); }
pid_t getpgid(pid_t pid) { return (pid_t)SB_CALL1(SYS_getpgid, pid); }
int setpgid(pid_t pid, pid_t group) { return (int)SB_CALL2(SYS_setpgid, pid, group); }
pid_t setsid(void) { return (pid_t)SB_CALL0(SYS_setsid); }
pid_t getsid(pid_t pid) { return (pid_t)SB_CALL1(SYS_getsid, pid); }
int prctl(int option, ...) {
  va_list arguments;
  va_start(arguments, option);
  const uint64_t argument = va_arg(arguments, uint64_t);
  va_end(arguments);
  return (int)SB_CALL2(SYS_prctl, option, argument);
}

/* Scheduling. */
int sched_yield(void) { return (int)SB_CALL0(SYS_sched_yield); }
int nice(int by) {
  errno = 0;
  const int wanted = getpriority(PRIO_PROCESS, 0) + by;
  if (setpriority(PRIO_PROCESS, 0, wanted) != 0) {
    if (errno == EACCES) errno = EPERM; /* as nice(2) says it */
    return -1;
  }
  return getpriority(PRIO_PROCESS, 0);
}
int getpriority(__priority_which_t which, id_t who) {
  const int64_t answer = SB_CALL2(SYS_getpriority, which, who);
  return answer < 0 ? -1 : 20 - (int)answer; /* the raw call's, from 1 to 40 */
}
int setpriority(__priority_which_t which, id_t who, int nice_value) {
  return (int)SB_CALL3(SYS_setpriority, which, who, nice_value);
}
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param) {
  return (int)SB_CALL3(SYS_sched_setscheduler, pid, policy, param);
}
int sched_getscheduler(pid_t pid) { return (int)SB_CALL1(SYS_sched_getscheduler, pid); }
int sched_setparam(pid_t pid, const struct sched_param *param) { return (int)SB_CALL2(SYS_sched_setparam, pid, param); }
int sched_getparam(pid_t pid, struct sched_param *param) { return (int)SB_CALL2(SYS_sched_getparam, pid, param); }
int sched_get_priority_max(int policy) { return (int)SB_CALL1(SYS_sched_get_priority_max, policy); }
int sched_get_priority_min(int policy) { return (int)SB_CALL1(SYS_sched_get_priority_min, policy); }
int sched_rr_get_interval(pid_t pid, struct timespec *to) { return (int)SB_CALL2(SYS_sched_rr_get_interval, pid, to); }
int sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t *cpus) {
  return (int)SB_CALL3(SYS_sched_setaffinity, pid, bytes, cpus);
}
int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *cpus) {
  const int64_t filled = SB_CALL3(SYS_sched_getaffinity, pid, bytes, cpus);
  if (filled < 0) return -1;
  memset((char *)cpus + filled, 0, bytes - (size_t)filled);
  return 0;
}

/* Time. CLOCK_REALTIME begins at 0 with the run. */
int clock_gettime(clockid_t clock, struct timespec *to) { return (int)SB_CALL2(SYS_clock_gettime, clock, to); }
int nanosleep(const struct timespec *wanted, struct timespec *left) {
  return (int)SB_POINT2(SYS_nanosleep, wanted, left);
}
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
  return (int)-sb_raw_point(SYS_clock_nanosleep, (uint64_t)clock, (uint64_t)flags, SB_WORD(wanted), SB_WORD(left), 0,
                            0);
}
unsigned int sleep(unsigned int seconds) {
  struct timespec time = {.tv_sec = seconds};
  return nanosleep(&time, &time) == 0 ? 0 : (unsigned int)time.tv_sec;
}
int usleep(useconds_t microseconds) {
  const struct timespec time = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000};
  return nanosleep(&time, NULL);
}
time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != NULL) *to = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(struct timeval *to, void *zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  to->tv_sec = now.tv_sec;
  to->tv_usec = now.tv_nsec / 1000;
  return 0;
}
clock_t clock(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}
clock_t times(struct tms *to) { return SB_CALL1(SYS_times, to); }
int getrusage(__rusage_who_t who, struct rusage *to) { return (int)SB_CALL2(SYS_getrusage, who, to); }
int getrlimit(__rlimit_resource_t which, struct rlimit *to) { return (int)SB_CALL4(SYS_prlimit64, 0, which, 0, to); }
int setrlimit(__rlimit_resource_t which, const struct rlimit *from) {
  return (int)SB_CALL4(SYS_prlimit64, 0, which, from, 0);
}

/* Memory. */
void *mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset) {
  return (void *)sb_call(SYS_mmap, SB_WORD(at), bytes, (uint64_t)rights, (uint64_t)flags, (uint64_t)fd,
                         (uint64_t)offset);
}
int munmap(void *at, size_t bytes) { return (int)SB_CALL2(SYS_munmap, at, bytes); }
int mprotect(void *at, size_t bytes, int rights) { return (int)SB_CALL3(SYS_mprotect, at, bytes, rights); }
int madvise(void *at, size_t bytes, int advice) { return (int)SB_CALL3(SYS_madvise, at, bytes, advice); }
void *mremap(void *at, size_t bytes, size_t wanted, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  void *const to = va_arg(arguments, void *); /* some register where there is none: only MREMAP_FIXED reads it */
  va_end(arguments);
  return (void *)sb_call(SYS_mremap, SB_WORD(at), bytes, wanted, (uint64_t)flags, SB_WORD(to), 0);
}
int msync(void *at, size_t bytes, int flags) { return (int)SB_POINT3(SYS_msync, at, bytes, flags); }
int mincore(void *at, size_t bytes, unsigned char *to) { return (int)SB_CALL3(SYS_mincore, at, bytes, to); }
int mlock(const void *at, size_t bytes) { return (int)SB_CALL2(SYS_mlock, at, bytes); }
int mlock2(const void *at, size_t bytes, unsigned int flags) { return (int)SB_CALL3(SYS_mlock2, at, bytes, flags); }
int munlock(const void *at, size_t bytes) { return (int)SB_CALL2(SYS_munlock, at, bytes); }
int brk(void *to) { return (void *)sb_raw(SYS_brk, SB_WORD(to), 0, 0, 0, 0, 0) == to ? 0 : sb_refuse(ENOMEM); }
void *sbrk(intptr_t by) {
  char *old = (char *)sb_raw(SYS_brk, 0, 0, 0, 0, 0, 0);
  if (by == 0) return old;
  return brk(old + by) == 0 ? old : (void *)-1;
}

/* Numbers from 1000 on are not Linux's, and would reach what only the runtime may. */
long syscall(long number, ...) {
  va_list arguments;
  uint64_t words[6];
  va_start(arguments, number);
  for (int i = 0; i < 6; ++i) words[i] = va_arg(arguments, uint64_t);
  va_end(arguments);
  if (number < 0 || number >= 1000) return sb_refuse(ENOSYS);
  return sb_call((uint64_t)number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

int getpagesize(void) { return 4096; }
long sysconf(int name) {
  cpu_set_t cpus;
  switch (name) {
    case _SC_PAGESIZE:
      return 4096;
    case _SC_CLK_TCK:
      return 100;
    case _SC_THREAD_STACK_MIN:
      return 16384;
    case _SC_OPEN_MAX:
    case _SC_IOV_MAX:
      return 1024;
    case _SC_MQ_PRIO_MAX:
      return 32768;
    case _SC_RTSIG_MAX:
      return 32;
    case _SC_SEM_VALUE_MAX:
      return INT_MAX;
    case _SC_NGROUPS_MAX:
      return 65536;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
      return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    default:
      return sb_refuse(EINVAL);
  }
}
int get_nprocs(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }
long __sysconf(int) __attribute__((alias("sysconf")));
