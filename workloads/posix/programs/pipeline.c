/* A pipeline of processes, as a shell makes one: numbers | squares | sum, each reading 0 and writing 1. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { numbers = 2000 };

static void make_numbers(void) {
  for (int number = 1; number <= numbers; ++number) printf("%d\n", number);
}

static void square(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    const long number = strtol(line, NULL, 10);
    printf("%ld\n", number * number);
  }
}

static void add_up(void) {
  char line[64];
  long long sum = 0;
  int count = 0;
  for (; fgets(line, sizeof line, stdin) != NULL; ++count) sum += strtoll(line, NULL, 10);
  printf("%d numbers, their squares add up to %lld\n", count, sum);
}

/* A process whose standard input and output are these; all other ends of pipes are closed in it. */
static void begin_stage(void (*stage)(void), int in, int out, int unused) {
  const pid_t child = fork();
  if (child < 0) {
    perror("fork");
    exit(1);
  }
  if (child > 0) return;
  if (in != 0) {
    dup2(in, 0);
    close(in);
  }
  if (out != 1) {
    dup2(out, 1);
    close(out);
  }
  if (unused >= 0) close(unused);
  stage();
  fflush(stdout);
  _exit(0);
}

int main(void) {
  void (*const stages[])(void) = {make_numbers, square, add_up};
  const int count = sizeof stages / sizeof *stages;
  int in = 0;
  for (int stage = 0; stage < count; ++stage) {
    int ends[2] = {-1, 1};
    if (stage < count - 1 && pipe(ends) != 0) {
      perror("pipe");
      return 1;
    }
    begin_stage(stages[stage], in, ends[1], ends[0]);
    if (in != 0) close(in);
    if (ends[1] != 1) close(ends[1]);
    in = ends[0];
  }
  int failed = 0;
  for (int status; wait(&status) > 0;) failed += status != 0;
  printf("%d stages, %d failed\n", count, failed);
  return failed;
}
