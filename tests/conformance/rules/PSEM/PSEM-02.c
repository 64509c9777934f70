/* sem_wait takes one or blocks; the value never goes below zero; sem_getvalue shows 0 while threads wait. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t semaphore;
static _Atomic int passed;

static void *take(void *unused) {
  HOLDS(sem_wait(&semaphore) == 0);
  ++passed;
  return unused;
}

static int value(void) {
  int now = -1;
  HOLDS(sem_getvalue(&semaphore, &now) == 0);
  return now;
}

int main(void) {
  HOLDS(sem_init(&semaphore, 0, 2) == 0);
  HOLDS(sem_wait(&semaphore) == 0 && value() == 1);
  HOLDS(sem_wait(&semaphore) == 0 && value() == 0);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) HOLDS(pthread_create(&threads[i], NULL, take, NULL) == 0);
  let_others_run();
  HOLDS(value() == 0 && passed == 0);
  HOLDS(sem_post(&semaphore) == 0 && sem_post(&semaphore) == 0);
  for (int i = 0; i < 2; ++i) HOLDS(pthread_join(threads[i], NULL) == 0);
  HOLDS(value() == 0);
  return 0;
}
