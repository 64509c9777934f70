/* ftw and nftw over a small tree with links, by every flag; what a directory lists first is not the library's, so the
 * lines are sorted. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char lines[64][128];
static int count, answer;
static const char *answered = "";

static const char *kind_of(int flag) {
  static const char *const kinds[] = {"F", "D", "DNR", "NS", "SL", "DP", "SLN"};
  return kinds[flag];
}

static int plain(const char *path, const struct stat *status, int flag) {
  snprintf(lines[count++], sizeof lines[0], "%s %s %d", path, kind_of(flag), flag == FTW_F ? (int)status->st_size : 0);
  return strcmp(path, answered) == 0 ? answer : 0;
}

static int full(const char *path, const struct stat *status, int flag, struct FTW *at) {
  struct stat here;
  const int is_beside = stat(path + at->base, &here) == 0;
  snprintf(lines[count++], sizeof lines[0], "%s %s %d level %d base %d%s", path, kind_of(flag),
           flag == FTW_F ? (int)status->st_size : 0, at->level, at->base, is_beside ? " here" : "");
  return strcmp(path, answered) == 0 ? answer : 0;
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void show(const char *what, int result) {
  printf("%s: %d %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
  qsort(lines, (size_t)count, sizeof lines[0], by_text);
  for (int i = 0; i < count; ++i) printf("  %s\n", lines[i]);
  count = 0;
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  fputs(text, file);
  fclose(file);
}

int main(void) {
  mkdir("tree", 0777);
  mkdir("tree/a", 0777);
  mkdir("tree/a/b", 0777);
  mkdir("tree/empty", 0777);
  write_file("tree/one", "1");
  write_file("tree/a/two", "22");
  write_file("tree/a/b/three", "333");
  symlink("one", "tree/to_one");
  symlink("nowhere", "tree/to_nowhere");
  symlink("..", "tree/a/up");
  show("ftw", ftw("tree", plain, 5));
  show("ftw of a file", ftw("tree/one", plain, 5));
  show("slashes", ftw("tree/a//", plain, 5));
  show("nftw", nftw("tree", full, 5, 0));
  show("physical", nftw("tree", full, 5, FTW_PHYS));
  show("depth", nftw("tree", full, 5, FTW_PHYS | FTW_DEPTH));
  show("chdir", nftw("tree/a", full, 5, FTW_PHYS | FTW_CHDIR));
  show("chdir and depth", nftw("./tree", full, 5, FTW_PHYS | FTW_CHDIR | FTW_DEPTH | FTW_MOUNT));
  printf("back: %d\n", access("tree/one", F_OK));
  show("link", nftw("tree/to_nowhere", full, 5, 0));
  show("link itself", nftw("tree/to_nowhere", full, 5, FTW_PHYS));
  show("nothing", nftw("none", full, 5, 0));
  show("empty", ftw("", plain, 5));
  show("bad flags", nftw("tree", full, 5, 1 << 10));
  answered = "tree/a";
  answer = FTW_SKIP_SUBTREE;
  show("skip", nftw("tree", full, 5, FTW_PHYS | FTW_ACTIONRETVAL));
  answered = "tree/empty";
  answer = 7;
  show("stop in depth", nftw("tree/empty", full, 5, FTW_PHYS | FTW_DEPTH));
  answered = "tree/a/b";
  show("stop below", nftw("tree/a/b", full, 5, FTW_PHYS));
  return 0;
}
