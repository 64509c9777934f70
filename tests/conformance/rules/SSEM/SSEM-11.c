/* IPC_RMID wakes all waiters with EIDRM; later use gives EINVAL. */
#include "../sysv.h"

int main(void) {
  const int set = semget(IPC_PRIVATE, 1, 0600);
  HOLDS(set >= 0);
  const pid_t more = CHILD({ FAILS(change(set, 0, -1, 0), EIDRM); });
  const pid_t many = CHILD({
    struct sembuf operations[] = {{.sem_op = -1}, {.sem_op = -1}};
    FAILS(semop(set, operations, 2), EIDRM);
  });
  let_others_run();
  HOLDS(semctl(set, 0, IPC_RMID) == 0);
  HOLDS(end_of(more) == 0 && end_of(many) == 0);
  FAILS(change(set, 0, 1, 0), EINVAL);
  FAILS(value(set, 0), EINVAL);
  FAILS(semctl(set, 0, IPC_RMID), EINVAL);
  const int other = new_set(1);
  HOLDS(other != set);
  return 0;
}
