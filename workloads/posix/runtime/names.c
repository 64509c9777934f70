/* System calls on names and attributes of files, and those that move several parts at once; and the names that the C
 * library has besides for large files, which are the same here. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime.h"

int mkdirat(int folder, const char *path, mode_t mode) { return (int)SB_CALL3(SYS_mkdirat, folder, path, mode); }
int unlinkat(int folder, const char *path, int flags) { return (int)SB_CALL3(SYS_unlinkat, folder, path, flags); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return (int)SB_CALL4(SYS_renameat, from_folder, from, to_folder, to);
}
int link(const char *from, const char *to) { return (int)SB_CALL2(SYS_link, from, to); }
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  return (int)sb_call(SYS_linkat, (uint64_t)from_folder, SB_WORD(from), (uint64_t)to_folder, SB_WORD(to),
                      (uint64_t)flags, 0);
}
int symlink(const char *target, const char *path) { return (int)SB_CALL2(SYS_symlink, target, path); }
int symlinkat(const char *target, int folder, const char *path) {
  return (int)SB_CALL3(SYS_symlinkat, target, folder, path);
}
ssize_t readlink(const char *path, char *to, size_t bytes) { return SB_CALL3(SYS_readlink, path, to, bytes); }
ssize_t readlinkat(int folder, const char *path, char *to, size_t bytes) {
  return SB_CALL4(SYS_readlinkat, folder, path, to, bytes);
}
int fchdir(int folder) { return (int)SB_CALL1(SYS_fchdir, folder); }
int fstatat(int folder, const char *path, struct stat *to, int flags) {
  return (int)SB_CALL4(SYS_newfstatat, folder, path, to, flags);
}

int access(const char *path, int mode) { return (int)SB_CALL2(SYS_access, path, mode); }
/* The kernel's faccessat(2) has no flags: of the C library's, AT_EACCESS asks for the effective user, whom the kernel's
 * faccessat2(2) would ask; it is refused where the two differ. */
int faccessat(int folder, const char *path, int mode, int flags) {
  if ((flags & ~AT_EACCESS) != 0 || (flags != 0 && (getuid() != geteuid() || getgid() != getegid())))
    return sb_refuse(EINVAL);
  return (int)SB_CALL3(SYS_faccessat, folder, path, mode);
}
int chmod(const char *path, mode_t mode) { return (int)SB_CALL2(SYS_chmod, path, mode); }
int fchmod(int fd, mode_t mode) { return (int)SB_CALL2(SYS_fchmod, fd, mode); }
/* The kernel's has no flags either; the only one, AT_SYMLINK_NOFOLLOW, means what Linux's file systems refuse of links.
 */
int fchmodat(int folder, const char *path, mode_t mode, int flags) {
  if (flags != 0) return sb_refuse((flags & ~AT_SYMLINK_NOFOLLOW) != 0 ? EINVAL : EOPNOTSUPP);
  return (int)SB_CALL3(SYS_fchmodat, folder, path, mode);
}
int chown(const char *path, uid_t user, gid_t group) { return (int)SB_CALL3(SYS_chown, path, user, group); }
int lchown(const char *path, uid_t user, gid_t group) { return (int)SB_CALL3(SYS_lchown, path, user, group); }
int fchown(int fd, uid_t user, gid_t group) { return (int)SB_CALL3(SYS_fchown, fd, user, group); }
int fchownat(int folder, const char *path, uid_t user, gid_t group, int flags) {
  return (int)sb_call(SYS_fchownat, (uint64_t)folder, SB_WORD(path), user, group, (uint64_t)flags, 0);
}
int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
  return (int)SB_CALL4(SYS_utimensat, folder, path, times, flags);
}
int futimens(int fd, const struct timespec times[2]) { return (int)SB_CALL4(SYS_utimensat, fd, 0, times, 0); }
int utimes(const char *path, const struct timeval times[2]) {
  if (times == NULL) return utimensat(AT_FDCWD, path, NULL, 0);
  const struct timespec exact[2] = {{times[0].tv_sec, times[0].tv_usec * 1000},
                                    {times[1].tv_sec, times[1].tv_usec * 1000}};
  return utimensat(AT_FDCWD, path, exact, 0);
}

ssize_t readv(int fd, const struct iovec *parts, int count) { return SB_POINT3(SYS_readv, fd, parts, count); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return SB_POINT3(SYS_writev, fd, parts, count); }
ssize_t preadv(int fd, const struct iovec *parts, int count, off_t at) {
  return SB_POINT4(SYS_preadv, fd, parts, count, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return SB_POINT4(SYS_pwritev, fd, parts, count, at);
}

/* A name that no file has yet, for the last six letters of the template, which are X (mkstemp(3)). */
static int fill_template(char *template, int suffix, int (*make)(const char *, int), int argument) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  static unsigned long next;
  const size_t length = strlen(template);
  if (suffix < 0 || length < 6 + (size_t)suffix || memcmp(template + length - 6 - suffix, "XXXXXX", 6) != 0) {
    return sb_refuse(EINVAL);
  }
  for (int tried = 0; tried < 10000; ++tried) {
    unsigned long number = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) * 2654435761UL + (unsigned long)getpid();
    for (char *at = template + length - 6 - suffix; at < template + length - suffix; ++at, number /= 62) {
      *at = letters[number % 62];
    }
    const int made = make(template, argument);
    if (made >= 0 || errno != EEXIST) return made;
  }
  return -1;
}
static int make_file(const char *path, int flags) { return open(path, flags | O_RDWR | O_CREAT | O_EXCL, 0600); }
static int make_folder(const char *path, int mode) { return mkdir(path, (mode_t)mode); }
int mkostemps(char *template, int suffix, int flags) {
  return fill_template(template, suffix, make_file, flags & ~O_ACCMODE);
}
int mkstemps(char *template, int suffix) { return mkostemps(template, suffix, 0); }
int mkostemp(char *template, int flags) { return mkostemps(template, 0, flags); }
int mkstemp(char *template) { return mkostemps(template, 0, 0); }
char *mkdtemp(char *template) { return fill_template(template, 0, make_folder, 0700) == 0 ? template : NULL; }

int creat64(const char *path, mode_t mode) { return creat(path, mode); }
ssize_t pread64(int fd, void *to, size_t bytes, off_t at) { return pread(fd, to, bytes, at); }
ssize_t pwrite64(int fd, const void *from, size_t bytes, off_t at) { return pwrite(fd, from, bytes, at); }
int stat64(const char *path, struct stat64 *to) { return (int)SB_CALL2(SYS_stat, path, to); }
int lstat64(const char *path, struct stat64 *to) { return (int)SB_CALL2(SYS_lstat, path, to); }
int fstat64(int fd, struct stat64 *to) { return (int)SB_CALL2(SYS_fstat, fd, to); }
int fstatat64(int folder, const char *path, struct stat64 *to, int flags) {
  return (int)SB_CALL4(SYS_newfstatat, folder, path, to, flags);
}
int truncate64(const char *path, off_t bytes) { return truncate(path, bytes); }
int ftruncate64(int fd, off_t bytes) { return ftruncate(fd, bytes); }
int mkstemp64(char *template) { return mkstemp(template); }
void *mmap64(void *at, size_t bytes, int rights, int flags, int fd, off_t offset) {
  return mmap(at, bytes, rights, flags, fd, offset);
}
