/* ftw(3): a walk through a tree of files, as the host's library goes. A directory stays open while what is below it is
 * visited: the limit of descriptors that callers give is not kept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime.h"

struct SbPlace {
  dev_t device;
  ino_t inode;
};

struct SbWalk {
  __ftw_func_t plain; /* one of both */
  __nftw_func_t full;
  int flags;
  int start; /* the directory that paths are relative to */
  char *path;
  size_t room;
  struct FTW at;
  dev_t device;
  struct SbPlace *known; /* directories, so that links lead nowhere twice */
  size_t knows, known_room;
};

/* Room for a path of that length, and its end. */
static int grow_path(struct SbWalk *walk, size_t length) {
  char *larger = sb_grow(walk->path, &walk->room, length + 1, 1);
  if (larger == NULL) return -1;
  walk->path = larger;
  return 0;
}

/* Into the directory that has the entry; the host's library is still in the one whose contents it has visited. */
static int go_beside(struct SbWalk *walk, int flag) {
  if (fchdir(walk->start) != 0) return -1;
  if (flag == FTW_DP) return chdir(walk->path);
  if (walk->at.base == 0) return 0;
  const char first = walk->path[walk->at.base];
  walk->path[walk->at.base] = '\0';
  const int result = chdir(walk->path);
  walk->path[walk->at.base] = first;
  return result;
}

static int tell(struct SbWalk *walk, const struct stat *status, int flag) {
  static const int plain_flags[] = {FTW_F, FTW_D, FTW_DNR, FTW_NS, FTW_F, FTW_D, FTW_NS};
  if (walk->plain != NULL) return walk->plain(walk->path, status, plain_flags[flag]);
  if ((walk->flags & FTW_CHDIR) != 0 && go_beside(walk, flag) != 0) return -1;
  struct FTW at = walk->at;
  return walk->full(walk->path, status, flag, &at);
}

static int is_known(struct SbWalk *walk, const struct stat *status) {
  for (size_t i = 0; i < walk->knows; ++i) {
    if (walk->known[i].device == status->st_dev && walk->known[i].inode == status->st_ino) return 1;
  }
  struct SbPlace *larger = sb_grow(walk->known, &walk->known_room, walk->knows + 1, sizeof *larger);
  if (larger == NULL) return -1;
  walk->known = larger;
  walk->known[walk->knows++] = (struct SbPlace){status->st_dev, status->st_ino};
  return 0;
}

static int walk_entry(struct SbWalk *walk);

static int walk_names(struct SbWalk *walk, DIR *names, size_t length) {
  int result = 0;
  const struct dirent *entry;
  while (result == 0 && (entry = readdir(names)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    const size_t more = strlen(entry->d_name);
    if (grow_path(walk, length + 1 + more) != 0) return -1;
    size_t base = length;
    if (walk->path[length - 1] != '/') walk->path[base++] = '/';
    memcpy(walk->path + base, entry->d_name, more + 1);
    walk->at.base = (int)base;
    result = walk_entry(walk);
    if ((walk->flags & FTW_ACTIONRETVAL) != 0 && result == FTW_SKIP_SUBTREE) result = 0;
  }
  return (walk->flags & FTW_ACTIONRETVAL) != 0 && result == FTW_SKIP_SIBLINGS ? 0 : result;
}

static int walk_directory(struct SbWalk *walk, const struct stat *status) {
  const int descriptor = openat(walk->start, walk->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno == EACCES ? tell(walk, status, FTW_DNR) : -1;
  DIR *names = fdopendir(descriptor);
  if (names == NULL) {
    close(descriptor);
    return -1;
  }
  const int is_late = (walk->flags & FTW_DEPTH) != 0;
  const int base = walk->at.base;
  const size_t length = strlen(walk->path);
  int result = is_late ? 0 : tell(walk, status, FTW_D);
  if (result == 0) {
    ++walk->at.level;
    result = walk_names(walk, names, length);
    --walk->at.level;
    walk->path[length] = '\0';
    walk->at.base = base;
  }
  const int error = errno;
  closedir(names);
  errno = error;
  return result == 0 && is_late ? tell(walk, status, FTW_DP) : result;
}

/* What is there: FTW_F, FTW_D or FTW_SL; FTW_SLN or FTW_NS; or an error. */
static int look(const struct SbWalk *walk, struct stat *status) {
  const int is_physical = (walk->flags & FTW_PHYS) != 0;
  if (fstatat(walk->start, walk->path, status, is_physical ? AT_SYMLINK_NOFOLLOW : 0) == 0)
    return S_ISDIR(status->st_mode) ? FTW_D : S_ISLNK(status->st_mode) ? FTW_SL : FTW_F;
  if (errno != EACCES && errno != ENOENT) return -1;
  const int is_link = !is_physical && fstatat(walk->start, walk->path, status, AT_SYMLINK_NOFOLLOW) == 0;
  return is_link && S_ISLNK(status->st_mode) ? FTW_SLN : FTW_NS;
}

static int visit(struct SbWalk *walk, const struct stat *status, int flag) {
  const int is_there = flag != FTW_NS && flag != FTW_SLN;
  if (is_there && (walk->flags & FTW_MOUNT) != 0 && status->st_dev != walk->device) return 0;
  if (flag != FTW_D) return tell(walk, status, flag);
  const int known = (walk->flags & FTW_PHYS) != 0 ? 0 : is_known(walk, status);
  if (known != 0) return known < 0 ? -1 : 0;
  return walk_directory(walk, status);
}

static int walk_entry(struct SbWalk *walk) {
  struct stat status = {0};
  const int flag = look(walk, &status);
  return flag < 0 ? -1 : visit(walk, &status, flag);
}

/* The first must be there, but for a link that leads nowhere. */
static int walk_first(struct SbWalk *walk) {
  struct stat status = {0};
  const int flag = look(walk, &status);
  if (flag < 0 || flag == FTW_NS) return -1;
  walk->device = status.st_dev;
  const int result = visit(walk, &status, flag);
  const int is_skip = result == FTW_SKIP_SUBTREE || result == FTW_SKIP_SIBLINGS;
  return (walk->flags & FTW_ACTIONRETVAL) != 0 && is_skip ? 0 : result;
}

static int walk_from(const char *path, struct SbWalk *walk) {
  size_t length = strlen(path);
  if (length == 0) {
    errno = ENOENT;
    return -1;
  }
  while (length > 1 && path[length - 1] == '/') --length;
  if (grow_path(walk, length) != 0) return -1;
  memcpy(walk->path, path, length);
  walk->path[length] = '\0';
  const char *last = length > 1 ? strrchr(walk->path, '/') : NULL;
  walk->at.base = last == NULL ? 0 : (int)(last + 1 - walk->path);
  walk->start = AT_FDCWD;
  if ((walk->flags & FTW_CHDIR) != 0) walk->start = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int result = walk->start == -1 ? -1 : walk_first(walk);
  const int error = errno;
  if (walk->start >= 0) {
    fchdir(walk->start);
    close(walk->start);
  }
  free(walk->path);
  free(walk->known);
  errno = error;
  return result;
}

int ftw(const char *path, __ftw_func_t function, int descriptors) {
  (void)descriptors;
  struct SbWalk walk = {.plain = function};
  return walk_from(path, &walk);
}
int nftw(const char *path, __nftw_func_t function, int descriptors, int flags) {
  (void)descriptors;
  if ((flags & ~(FTW_PHYS | FTW_MOUNT | FTW_CHDIR | FTW_DEPTH | FTW_ACTIONRETVAL)) != 0) {
    errno = EINVAL;
    return -1;
  }
  struct SbWalk walk = {.full = function, .flags = flags};
  return walk_from(path, &walk);
}
/* struct stat64 is struct stat here. */
int ftw64(const char *path, __ftw64_func_t function, int descriptors) {
  return ftw(path, (__ftw_func_t)function, descriptors);
}
int nftw64(const char *path, __nftw64_func_t function, int descriptors, int flags) {
  return nftw(path, (__nftw_func_t)function, descriptors, flags);
}
