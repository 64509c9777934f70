/* A holder that dies leaves the value as it was: there is no undo. */
#include "../mapping.h"

#include <semaphore.h>

int main(void) {
  sem_t *const semaphore = (sem_t *)map_anonymous(1, MAP_SHARED);
  HOLDS(sem_init(semaphore, 1, 1) == 0);
  const pid_t holder = CHILD({
    HOLDS(sem_wait(semaphore) == 0);
    kill(getpid(), SIGKILL);
  });
  HOLDS(end_of(holder) == -SIGKILL);
  int value = -1;
  HOLDS(sem_getvalue(semaphore, &value) == 0 && value == 0);
  FAILS(sem_trywait(semaphore), EAGAIN);
  return 0;
}
