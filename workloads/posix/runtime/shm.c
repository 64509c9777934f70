/* Shared memory by name: files of /dev/shm (shm_overview(7)). */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime.h"

enum { folder_letters = sizeof "/dev/shm/" };

/* glibc's rules: slashes before the name do not count, and one within it is EINVAL. */
static const char *path_of(const char *name, char *room) {
  while (*name == '/') ++name;
  const size_t length = strlen(name);
  if (length == 0 || length > NAME_MAX || strchr(name, '/') != NULL) {
    errno = length > NAME_MAX ? ENAMETOOLONG : EINVAL;
    return NULL;
  }
  strcpy(room, "/dev/shm/");
  return strcat(room, name);
}

int shm_open(const char *name, int flags, mode_t mode) {
  char room[folder_letters + NAME_MAX];
  const char *const path = path_of(name, room);
  return path == NULL ? -1 : open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode);
}
int shm_unlink(const char *name) {
  char room[folder_letters + NAME_MAX];
  const char *const path = path_of(name, room);
  if (path == NULL) return errno == EINVAL ? sb_refuse(ENOENT) : -1;
  const int answer = unlink(path);
  return answer < 0 && errno == EPERM ? sb_refuse(EACCES) : answer;
}
