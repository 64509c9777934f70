/* Directories: what is in them, places in them, what they refuse. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* readdir_r */

static void say(const char *what, int failed) { printf("%s: %s\n", what, failed ? strerrorname_np(errno) : "fine"); }

static void make(const char *path) { close(open(path, O_CREAT | O_WRONLY, 0600)); }

static int no_dots(const struct dirent *entry) {
  errno = EIO; /* whatever a filter leaves there is no error of scandir */
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void list(const char *path, int (*order)(const struct dirent **, const struct dirent **)) {
  struct dirent **names = NULL;
  const int count = scandir(path, &names, no_dots, order);
  printf("%s: %d names\n", path, count);
  for (int i = 0; i < count; ++i) {
    printf("  %s%s\n", names[i]->d_name, names[i]->d_type == DT_DIR ? "/" : names[i]->d_type == DT_LNK ? "@" : "");
    free(names[i]);
  }
  free(names);
}

static int count_names(DIR *stream) {
  int count = 0;
  errno = 0;
  while (readdir(stream) != NULL) ++count;
  if (errno != 0) say("readdir", 1);
  return count;
}

/* More than fit in one call of the kernel's. */
static void many(void) {
  mkdir("many", 0700);
  char name[64];
  for (int i = 0; i < 1500; ++i) {
    snprintf(name, sizeof name, "many/a_name_that_is_not_short_%d", i);
    make(name);
  }
  DIR *stream = opendir("many");
  printf("many: %d\n", count_names(stream));
  rewinddir(stream);
  printf("again: %d\n", count_names(stream));
  rewinddir(stream);
  for (int i = 0; i < 700; ++i) readdir(stream);
  const long place = telldir(stream);
  char expected[256];
  strcpy(expected, readdir(stream)->d_name);
  printf("left: %d\n", count_names(stream));
  seekdir(stream, place);
  printf("the same: %d\n", strcmp(readdir(stream)->d_name, expected) == 0);
  closedir(stream);
  int removed = 0;
  stream = opendir("many");
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    removed += unlinkat(dirfd(stream), entry->d_name, 0) == 0;
  }
  closedir(stream);
  printf("removed: %d\n", removed);
  say("rmdir", rmdir("many") != 0);
}

int main(void) {
  mkdir("folder", 0700);
  mkdir("folder/inner", 0700);
  make("folder/file10");
  make("folder/file9");
  make("folder/File");
  symlink("file9", "folder/link");
  list("folder", alphasort);
  list("folder", versionsort);
  list("folder/inner", NULL);
  say("missing", opendir("missing") == NULL);
  say("empty", opendir("") == NULL);
  say("a file", opendir("folder/file9") == NULL);
  struct dirent **names;
  say("scandir", scandir("missing", &names, NULL, NULL) < 0);
  const int file = open("folder/file9", O_RDONLY);
  say("fdopendir of a file", fdopendir(file) == NULL);
  say("fdopendir of nothing", fdopendir(77) == NULL);
  const int folder = open("folder", O_RDONLY | O_DIRECTORY);
  DIR *stream = fdopendir(folder);
  printf("its own: %d, names %d\n", dirfd(stream) == folder, count_names(stream));
  say("closedir", closedir(stream) != 0);
  say("closed", close(folder) != 0);
  struct dirent entry, *result;
  stream = opendir("folder/inner");
  int count = 0;
  while (readdir_r(stream, &entry, &result) == 0 && result != NULL) count += entry.d_type == DT_DIR;
  printf("readdir_r: %d\n", count);
  rmdir("folder/inner");
  rewinddir(stream);
  printf("a folder that is gone: %d\n", count_names(stream));
  closedir(stream);
  many();
  return 0;
}
