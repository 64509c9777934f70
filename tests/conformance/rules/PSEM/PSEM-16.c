/* Any thread may post; there is no owner. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t semaphore;

static void *post(void *unused) {
  HOLDS(sem_post(&semaphore) == 0);
  return unused;
}

int main(void) {
  HOLDS(sem_init(&semaphore, 0, 1) == 0);
  HOLDS(sem_wait(&semaphore) == 0);
  pthread_t other;
  HOLDS(pthread_create(&other, NULL, post, NULL) == 0);
  HOLDS(sem_wait(&semaphore) == 0);
  HOLDS(pthread_join(other, NULL) == 0);
  return 0;
}
