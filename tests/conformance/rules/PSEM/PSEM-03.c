/* sem_post adds one and wakes one waiter; overflow gives EOVERFLOW. */
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

int main(void) {
  sem_t full;
  HOLDS(sem_init(&full, 0, SEM_VALUE_MAX) == 0);
  FAILS(sem_post(&full), EOVERFLOW);
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) HOLDS(pthread_create(&threads[i], NULL, take, NULL) == 0);
  let_others_run();
  for (int i = 1; i <= 2; ++i) {
    HOLDS(sem_post(&semaphore) == 0);
    let_others_run();
    HOLDS(passed == i);
  }
  for (int i = 0; i < 2; ++i) HOLDS(pthread_join(threads[i], NULL) == 0);
  int value = -1;
  HOLDS(sem_post(&semaphore) == 0 && sem_getvalue(&semaphore, &value) == 0 && value == 1);
  return 0;
}
