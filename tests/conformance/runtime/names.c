/* Links, directories by descriptor, modes, owners and times, parts, temporary names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static void say(const char *what, long result) {
  printf("%-28s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}
#define SAY(call) say(#call, (long)(call))

static void show(const char *path) {
  struct stat found;
  if (lstat(path, &found) != 0) {
    say(path, -1);
    return;
  }
  printf("%s: mode %o, links %ld, user %d, size %ld, modified %ld.%09ld\n", path, found.st_mode, (long)found.st_nlink,
         (int)found.st_uid, S_ISDIR(found.st_mode) ? 0L : (long)found.st_size, (long)found.st_mtim.tv_sec,
         found.st_mtim.tv_nsec);
}

static void set_time(const char *path) {
  const struct timespec times[2] = {{5, 6}, {7, 8}};
  utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static void links(int folder) {
  SAY(link("a", "b"));
  SAY(link("a", "b"));
  SAY(linkat(folder, "a", AT_FDCWD, "c", 0));
  SAY(linkat(folder, "a", folder, "d", 0x10000));
  SAY(symlink("a", "to_a"));
  SAY(symlinkat("nowhere", folder, "to_nowhere"));
  char text[16] = {0};
  SAY(readlink("to_a", text, sizeof text));
  SAY(readlinkat(folder, "to_nowhere", text, 3));
  printf("%.7s\n", text);
  SAY(open("to_nowhere", O_RDONLY));
  set_time("a");
  show("a");
  SAY(renameat(folder, "b", folder, "sub/b"));
  SAY(unlinkat(folder, "sub", AT_REMOVEDIR));
  SAY(unlinkat(folder, "sub/b", 0));
}

static void attributes(int folder, int file) {
  struct stat found;
  SAY(access("a", R_OK | W_OK));
  SAY(access("a", X_OK));
  SAY(access("none", F_OK));
  SAY(faccessat(folder, "a", R_OK, AT_EACCESS));
  SAY(faccessat(folder, "a", R_OK, 0x40000000));
  SAY(chmod("a", 04711));
  SAY(fchmod(file, 0640));
  SAY(fchmodat(folder, "c", 0600, 0));
  SAY(fchmodat(folder, "c", 0600, 1));
  SAY(chown("a", getuid(), (gid_t)-1));
  SAY(lchown("to_a", (uid_t)-1, getgid()));
  SAY(fchown(file, (uid_t)-1, (gid_t)-1));
  SAY(fchownat(folder, "a", getuid(), getgid(), AT_SYMLINK_NOFOLLOW));
  const struct timespec exact[2] = {{0, UTIME_OMIT}, {11, 12}};
  SAY(futimens(file, exact));
  show("a");
  const struct timeval coarse[2] = {{1, 2}, {3, 4}};
  SAY(utimes("a", coarse));
  show("a");
  SAY(fstatat(folder, "to_a", &found, AT_SYMLINK_NOFOLLOW));
  printf("%d\n", S_ISLNK(found.st_mode));
}

static void parts(int file) {
  char one[4] = "abc", two[8] = "defghij";
  const struct iovec iov[2] = {{one, 3}, {two, 7}};
  SAY(writev(file, iov, 2));
  SAY(pwritev(file, iov, 1, 20));
  SAY(lseek(file, 0, SEEK_SET));
  SAY(readv(file, iov, 2));
  SAY(preadv(file, iov, 2, 18));
  volatile int wrong = -1;
  SAY(readv(file, iov, wrong));
  printf("%d %d %c %.5s\n", one[0], one[1], one[2], two);
}

static void templates(void) {
  char file[] = "file_XXXXXX", with_suffix[] = "XXXXXX.txt", folder[] = "folder_XXXXXX", wrong[] = "wrong_XXXXX";
  printf("%d %d %d\n", mkstemp(file) >= 0, mkstemps(with_suffix, 4) >= 0, mkdtemp(folder) == folder);
  SAY(mkstemp(wrong));
  printf("%.5s %s %.7s %d\n", file, with_suffix + 6, folder, strchr(file, 'X') == NULL || strlen(file) == 11);
  SAY(unlink(file));
  SAY(unlink(with_suffix));
  SAY(rmdir(folder));
}

int main(void) {
  char where[] = "/tmp/signalbox_XXXXXX";
  if (mkdtemp(where) == NULL || chdir(where) != 0) return 1;
  umask(022);
  const int folder = open(".", O_RDONLY | O_DIRECTORY);
  const int file = open("a", O_CREAT | O_RDWR, 0666);
  SAY(mkdirat(folder, "sub", 0777));
  links(folder);
  attributes(folder, file);
  parts(file);
  templates();
  SAY(fchdir(folder));
  SAY(fchdir(file));
  const char *names[] = {"a", "c", "to_a", "to_nowhere"};
  for (int i = 0; i < 4; ++i) SAY(unlink(names[i]));
  SAY(rmdir("sub"));
  return rmdir(where);
}
