/* A holder that dies leaves the value as it was: there is no undo. */
#include "../rule.h"

#include <semaphore.h>
#include <sys/mman.h>

int main(void) {
  sem_t *semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  HOLDS(semaphore != MAP_FAILED);
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
