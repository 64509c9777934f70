/* Later operations of the array see the effect of earlier ones on the same semaphore. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  struct sembuf up_and_down[] = {{.sem_op = 2}, {.sem_op = -2, .sem_flg = IPC_NOWAIT}};
  HOLDS(semop(set, up_and_down, 2) == 0 && value(set, 0) == 0);
  struct sembuf down_and_up[] = {{.sem_op = -2, .sem_flg = IPC_NOWAIT}, {.sem_op = 2}};
  FAILS(semop(set, down_and_up, 2), EAGAIN);
  struct sembuf lock[] = {{.sem_op = 0, .sem_flg = IPC_NOWAIT}, {.sem_op = 1}};
  HOLDS(semop(set, lock, 2) == 0 && value(set, 0) == 1);
  FAILS(semop(set, lock, 2), EAGAIN);
  return 0;
}
