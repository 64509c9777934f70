/* What of a program's memory is kept, moved, told and refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page = 4096 };

static void say(const char *what, long result) {
  printf("%-40s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}
#define SAY(call) say(#call, (long)(call))

static void moves(char *map) {
  char *grown = mremap(map, 4 * page, 9 * page, MREMAP_MAYMOVE);
  printf("%d %d %d\n", grown[0], grown[4 * page - 1], grown[9 * page - 1]);
  char *target = mmap(NULL, 16 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *fixed = mremap(grown, 9 * page, 3 * page, MREMAP_MAYMOVE | MREMAP_FIXED, target + page);
  printf("%d %d %d\n", fixed == target + page, fixed[0], fixed[3 * page - 1]);
  SAY(mremap(fixed, 3 * page, 0, 0) == MAP_FAILED ? -1 : 0);
  SAY(mremap(fixed + 1, page, page, 0) == MAP_FAILED ? -1 : 0);
  SAY(munmap(target, 16 * page));
  SAY(mremap(target, page, 2 * page, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
}

static void advice(char *map) {
  unsigned char is_there[4];
  SAY(mlock(map, 2 * page));
  SAY(mincore(map, 2 * page, is_there));
  printf("%d %d\n", is_there[0] & 1, is_there[1] & 1);
  SAY(munlock(map, 2 * page));
  SAY(mincore(map + 1, page, is_there));
  SAY(msync(map, page, MS_SYNC));
  SAY(msync(map, page, MS_SYNC | MS_ASYNC));
  SAY(madvise(map, page, MADV_DONTNEED));
  printf("%d %d\n", map[0], map[page]);
  SAY(madvise(map, page, 12345));
}

int main(void) {
  char *map = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(map, 5, 4 * page);
  advice(map);
  memset(map, 6, 4 * page);
  moves(map);
  return 0;
}
