/* Directories: opendir(3) and its relatives, on getdents64(2), whose records are what readdir(3) gives. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

struct __dirstream {
  struct SbLock lock;
  int fd;
  size_t filled; /* bytes of `records` that the kernel wrote */
  size_t next;   /* where the next record begins */
  long place;    /* behind the last record that was given (d_off) */
  _Alignas(struct dirent64) char records[32768];
};

static DIR *begin(int fd) {
  DIR *stream = malloc(sizeof *stream);
  if (stream == NULL) return NULL;
  stream->lock = (struct SbLock){0};
  stream->fd = fd;
  stream->filled = stream->next = 0;
  stream->place = 0;
  return stream;
}

static DIR *open_folder(int folder, const char *path) {
  const int fd = openat(folder, path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return NULL;
  DIR *stream = begin(fd);
  if (stream == NULL) close(fd);
  return stream;
}

DIR *opendir(const char *path) { return open_folder(AT_FDCWD, path); }

DIR *fdopendir(int fd) {
  struct stat found;
  if (fstat(fd, &found) < 0) return NULL;
  if (S_ISDIR(found.st_mode)) return begin(fd);
  errno = ENOTDIR;
  return NULL;
}

int closedir(DIR *stream) {
  const int fd = stream->fd;
  free(stream);
  return close(fd);
}

int dirfd(DIR *stream) { return stream->fd; }

/* 0 or an error; at the end the record is null. */
static int next_record(DIR *stream, struct dirent64 **record) {
  *record = NULL;
  if (stream->next >= stream->filled) {
    const int64_t filled =
        sb_raw(SYS_getdents64, (uint64_t)stream->fd, SB_WORD(stream->records), sizeof stream->records, 0, 0, 0);
    stream->next = stream->filled = 0;
    if (filled <= 0) return filled == -ENOENT ? 0 : (int)-filled; /* a folder that is gone has no more names */
    stream->filled = (size_t)filled;
  }
  *record = (struct dirent64 *)(stream->records + stream->next);
  stream->next += (*record)->d_reclen;
  stream->place = (*record)->d_off;
  return 0;
}

struct dirent64 *readdir64(DIR *stream) {
  struct dirent64 *record;
  sb_lock(&stream->lock);
  const int error = next_record(stream, &record);
  sb_unlock(&stream->lock);
  if (error != 0) errno = error;
  return record;
}
struct dirent *readdir(DIR *stream) { return (struct dirent *)readdir64(stream); }

/* 0 or an error; at the end `*result` is null. */
static int read_into(DIR *stream, struct dirent64 *to, struct dirent64 **result) {
  struct dirent64 *record;
  sb_lock(&stream->lock);
  const int error = next_record(stream, &record);
  if (record != NULL) memcpy(to, record, record->d_reclen);
  sb_unlock(&stream->lock);
  *result = record == NULL ? NULL : to;
  return error;
}
int readdir64_r(DIR *stream, struct dirent64 *to, struct dirent64 **result) { return read_into(stream, to, result); }
int readdir_r(DIR *stream, struct dirent *to, struct dirent **result) {
  return read_into(stream, (struct dirent64 *)to, (struct dirent64 **)result);
}

long telldir(DIR *stream) { return stream->place; }
void seekdir(DIR *stream, long place) {
  sb_lock(&stream->lock);
  lseek(stream->fd, place, SEEK_SET);
  stream->place = place;
  stream->next = stream->filled = 0;
  sb_unlock(&stream->lock);
}
void rewinddir(DIR *stream) { seekdir(stream, 0); }

int alphasort64(const struct dirent64 **a, const struct dirent64 **b) { return strcmp((*a)->d_name, (*b)->d_name); }
int alphasort(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
int versionsort64(const struct dirent64 **a, const struct dirent64 **b) {
  return strverscmp((*a)->d_name, (*b)->d_name);
}
int versionsort(const struct dirent **a, const struct dirent **b) { return strverscmp((*a)->d_name, (*b)->d_name); }

struct Found {
  struct dirent64 **names;
  size_t count;
  size_t room;
};

/* 0 or ENOMEM. */
static int keep(struct Found *found, const struct dirent64 *record) {
  struct dirent64 **grown = sb_grow(found->names, &found->room, found->count + 1, sizeof *grown);
  if (grown == NULL) return ENOMEM;
  found->names = grown;
  struct dirent64 *copy = malloc(record->d_reclen);
  if (copy == NULL) return ENOMEM;
  found->names[found->count++] = memcpy(copy, record, record->d_reclen);
  return 0;
}

typedef int (*Compare)(const void *, const void *);

int scandirat64(int folder, const char *path, struct dirent64 ***names, int (*wants)(const struct dirent64 *),
                int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  DIR *stream = open_folder(folder, path);
  if (stream == NULL) return -1;
  const int before = errno; /* whatever the program's choice leaves there is no error of this */
  struct Found found = {0};
  struct dirent64 *record;
  int error;
  while ((error = next_record(stream, &record)) == 0 && record != NULL) {
    if (wants == NULL || wants(record)) error = keep(&found, record);
    if (error != 0) break;
  }
  closedir(stream);
  if (error != 0) {
    for (size_t i = 0; i < found.count; ++i) free(found.names[i]);
    free(found.names);
    return sb_refuse(error);
  }
  if (compare != NULL && found.count > 0) qsort(found.names, found.count, sizeof *found.names, (Compare)compare);
  *names = found.names;
  errno = before;
  return (int)found.count;
}
int scandir64(const char *path, struct dirent64 ***names, int (*wants)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  return scandirat64(AT_FDCWD, path, names, wants, compare);
}

/* The two kinds of record are one on x86-64. */
typedef int (*Wants64)(const struct dirent64 *);
typedef int (*Compare64)(const struct dirent64 **, const struct dirent64 **);
int scandirat(int folder, const char *path, struct dirent ***names, int (*wants)(const struct dirent *),
              int (*compare)(const struct dirent **, const struct dirent **)) {
  return scandirat64(folder, path, (struct dirent64 ***)names, (Wants64)wants, (Compare64)compare);
}
int scandir(const char *path, struct dirent ***names, int (*wants)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **)) {
  return scandirat(AT_FDCWD, path, names, wants, compare);
}
