/* Waiters are woken in arrival order; POSIX demands the highest priority first under FIFO and RR. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

enum { waiters = 4 };
static sem_t semaphore;
static _Atomic int passed;
static int order[waiters];

static void *take(void *index) {
  HOLDS(sem_wait(&semaphore) == 0);
  order[passed++] = *(const int *)index;
  return NULL;
}

int main(void) {
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  pthread_t threads[waiters];
  int indexes[waiters];
  for (int i = 0; i < waiters; ++i) {
    indexes[i] = i;
    HOLDS(pthread_create(&threads[i], NULL, take, &indexes[i]) == 0);
    let_others_run();
  }
  for (int i = 0; i < waiters; ++i) {
    HOLDS(sem_post(&semaphore) == 0);
    let_others_run();
  }
  for (int i = 0; i < waiters; ++i) HOLDS(pthread_join(threads[i], NULL) == 0 && order[i] == i);
  return 0;
}
