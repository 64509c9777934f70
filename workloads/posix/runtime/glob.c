/* glob(3), a folder after the other; without the tilde, alternatives in braces and folders of the caller's own. */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime.h"

enum { sb_unknown_flags = GLOB_BRACE | GLOB_TILDE | GLOB_TILDE_CHECK | GLOB_ALTDIRFUNC };

struct SbGlob {
  glob_t *to;
  int flags;
  int (*on_error)(const char *, int);
};

static size_t first_of(const glob_t *found) { return (found->gl_flags & GLOB_DOOFFS) != 0 ? found->gl_offs : 0; }

static int add(struct SbGlob *glob, const char *path, int is_folder) {
  glob_t *to = glob->to;
  const size_t first = first_of(to), length = strlen(path);
  char **larger = realloc(to->gl_pathv, (first + to->gl_pathc + 2) * sizeof *larger);
  if (larger == NULL) return GLOB_NOSPACE;
  if (to->gl_pathv == NULL) memset(larger, 0, first * sizeof *larger);
  to->gl_pathv = larger;
  char *text = malloc(length + 2);
  if (text == NULL) return GLOB_NOSPACE;
  memcpy(text, path, length + 1);
  if (is_folder && (glob->flags & GLOB_MARK) != 0 && length > 0 && text[length - 1] != '/') strcpy(text + length, "/");
  larger[first + to->gl_pathc++] = text;
  larger[first + to->gl_pathc] = NULL;
  return 0;
}

/* The part of a pattern before a slash, without its backslashes if it is a name. */
static int has_magic(const char *at, size_t length) {
  for (size_t i = 0; i < length; ++i) {
    if (at[i] == '\\')
      ++i;
    else if (strchr("*?[", at[i]) != NULL)
      return 1;
  }
  return 0;
}
static size_t append_name(char *path, size_t end, const char *at, size_t length, int flags) {
  for (size_t i = 0; i < length; ++i) {
    if (at[i] == '\\' && (flags & GLOB_NOESCAPE) == 0 && i + 1 < length) ++i;
    path[end++] = at[i];
  }
  path[end] = '\0';
  return end;
}

static int walk(struct SbGlob *glob, char *path, size_t end, const char *pattern);

/* What is found goes on behind the slashes, or is an answer. */
static int go_on(struct SbGlob *glob, char *path, size_t end, const char *rest) {
  struct stat found;
  if (*rest == '\0') {
    if (lstat(path, &found) != 0) return 0;
    const int is_folder = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
    return (glob->flags & GLOB_ONLYDIR) != 0 && !is_folder ? 0 : add(glob, path, is_folder);
  }
  while (*rest == '/' && end + 2 < PATH_MAX) path[end++] = *rest++;
  if (*rest == '/') return 0; /* longer than any path */
  path[end] = '\0';
  if (*rest == '\0') return stat(path, &found) == 0 && S_ISDIR(found.st_mode) ? add(glob, path, 1) : 0;
  return walk(glob, path, end, rest);
}

static int walk_folder(struct SbGlob *glob, char *path, size_t end, const char *part, const char *rest) {
  const int flags =
      ((glob->flags & GLOB_NOESCAPE) != 0 ? FNM_NOESCAPE : 0) | ((glob->flags & GLOB_PERIOD) != 0 ? 0 : FNM_PERIOD);
  path[end] = '\0';
  DIR *folder = opendir(end == 0 ? "." : path);
  if (folder == NULL) {
    if (errno == ENOENT || errno == ENOTDIR) return 0;
    const int gives_up = glob->on_error != NULL && glob->on_error(path, errno) != 0;
    return gives_up || (glob->flags & GLOB_ERR) != 0 ? GLOB_ABORTED : 0;
  }
  int error = 0;
  for (struct dirent *entry; error == 0 && (entry = readdir(folder)) != NULL;) {
    const size_t length = strlen(entry->d_name);
    if (end + length + 2 >= PATH_MAX || fnmatch(part, entry->d_name, flags) != 0) continue;
    memcpy(path + end, entry->d_name, length + 1);
    error = go_on(glob, path, end + length, rest);
  }
  closedir(folder);
  path[end] = '\0';
  return error;
}

static int walk(struct SbGlob *glob, char *path, size_t end, const char *pattern) {
  const size_t length = strcspn(pattern, "/");
  if (!has_magic(pattern, length)) {
    if (end + length + 2 >= PATH_MAX) return 0;
    end = append_name(path, end, pattern, length, glob->flags);
    return go_on(glob, path, end, pattern + length);
  }
  char *part = strndup(pattern, length);
  if (part == NULL) return GLOB_NOSPACE;
  const int error = walk_folder(glob, path, end, part, pattern + length);
  free(part);
  return error;
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *to) {
  char path[PATH_MAX];
  if ((flags & sb_unknown_flags) != 0) return GLOB_NOSYS;
  if ((flags & GLOB_APPEND) == 0) {
    to->gl_pathc = 0;
    to->gl_pathv = NULL;
  }
  to->gl_flags = flags;
  const size_t before = to->gl_pathc;
  struct SbGlob glob = {.to = to, .flags = flags, .on_error = on_error};
  int error = walk(&glob, path, 0, pattern);
  const int is_empty = error == 0 && to->gl_pathc == before;
  const int keeps =
      (flags & GLOB_NOCHECK) != 0 || ((flags & GLOB_NOMAGIC) != 0 && !has_magic(pattern, strlen(pattern)));
  if (is_empty) error = keeps ? add(&glob, pattern, 0) : GLOB_NOMATCH;
  if (error == 0 && (flags & GLOB_NOSORT) == 0)
    qsort(to->gl_pathv + first_of(to) + before, to->gl_pathc - before, sizeof(char *), compare);
  return error;
}
void globfree(glob_t *found) {
  for (size_t i = 0; found->gl_pathv != NULL && i < found->gl_pathc; ++i) free(found->gl_pathv[first_of(found) + i]);
  free(found->gl_pathv);
  found->gl_pathv = NULL;
  found->gl_pathc = 0;
}
int glob64(const char *, int, int (*)(const char *, int), glob64_t *) __attribute__((alias("glob")));
void globfree64(glob64_t *) __attribute__((alias("globfree")));
