/* A semaphore in private memory is copied by fork, so it does not synchronise parent and child. */
#include "../rule.h"

#include <semaphore.h>

int main(void) {
  sem_t semaphore;
  int value = -1;
  HOLDS(sem_init(&semaphore, 1, 0) == 0);
  const pid_t child = CHILD({
    HOLDS(sem_post(&semaphore) == 0);
    HOLDS(sem_trywait(&semaphore) == 0);
    HOLDS(sem_post(&semaphore) == 0);
  });
  HOLDS(end_of(child) == 0);
  HOLDS(sem_getvalue(&semaphore, &value) == 0 && value == 0);
  FAILS(sem_trywait(&semaphore), EAGAIN);
  return 0;
}
