/* handover N: two threads hand N times to each other and back, by a semaphore each. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static sem_t to_other, to_main;
static long times;

static void *answer(void *unused) {
  for (long i = 0; i < times; ++i) {
    sem_wait(&to_other);
    sem_post(&to_main);
  }
  return unused;
}

int main(int argc, char **argv) {
  times = argc > 1 ? atol(argv[1]) : 1;
  sem_init(&to_other, 0, 0);
  sem_init(&to_main, 0, 0);
  pthread_t other;
  pthread_create(&other, NULL, answer, NULL);
  for (long i = 0; i < times; ++i) {
    sem_post(&to_other);
    sem_wait(&to_main);
  }
  return pthread_join(other, NULL);
}
