/* relatives N: parent and child, each with 64 KiB of data and 16 KiB of stack of its own, hand N times to each other
 * and back, by a semaphore each in memory that they share. */
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char data[64 * 1024];

static void hand(sem_t *mine, sem_t *others, long times) {
  char stack[16 * 1024];
  memset(stack, 1, sizeof stack);
  memset(data, 1, sizeof data);
  for (long i = 0; i < times; ++i) {
    sem_wait(mine);
    ++data[i % (long)sizeof data];
    stack[i % (long)sizeof stack] = data[0];
    sem_post(others);
  }
  if (stack[0] != data[0] && times > 1) _exit(1);
}

int main(int argc, char **argv) {
  const long times = argc > 1 ? atol(argv[1]) : 1;
  sem_t *turns = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  sem_init(&turns[0], 1, 1);
  sem_init(&turns[1], 1, 0);
  if (fork() == 0) {
    hand(&turns[1], &turns[0], times);
    _exit(0);
  }
  hand(&turns[0], &turns[1], times);
  return wait(NULL) < 0;
}
