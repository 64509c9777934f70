/* Which of a program's writes are page faults: run it natively, and with `signalbox run --paging`. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { pages = 8, page = 4096 };

static volatile char *map;

/* How many faults it costs to write to so many pages. */
static long faults_of_writes(int count) {
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  for (int i = 0; i < count; ++i) map[i * page] = 1;
  getrusage(RUSAGE_SELF, &after);
  return after.ru_minflt - before.ru_minflt;
}

int main(void) {
  /* A buffer from malloc(3) would have faults of its own, and where they are would follow from its address. */
  static char line[128];
  setvbuf(stdout, line, _IOLBF, sizeof line);
  map = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("8 fresh pages: %ld faults\n", faults_of_writes(pages));
  printf("again: %ld faults\n", faults_of_writes(pages));
  if (fork() == 0) {
    printf("the child copies 3: %ld faults\n", faults_of_writes(3));
    return 0;
  }
  wait(NULL);
  printf("the parent writes to 8, 3 of them its own again: %ld faults\n", faults_of_writes(pages));
  return 0;
}
