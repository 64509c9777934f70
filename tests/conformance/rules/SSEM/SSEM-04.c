/* An array of operations happens entirely or not at all, in array order. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  HOLDS(set_value(set, 0, 3) == 0);
  struct sembuf both[] = {{.sem_num = 0, .sem_op = -2}, {.sem_num = 1, .sem_op = -1, .sem_flg = IPC_NOWAIT}};
  FAILS(semop(set, both, 2), EAGAIN);
  HOLDS(value(set, 0) == 3 && value(set, 1) == 0);
  HOLDS(set_value(set, 1, 1) == 0);
  HOLDS(semop(set, both, 2) == 0);
  HOLDS(value(set, 0) == 1 && value(set, 1) == 0);

  const pid_t child = CHILD({
    both[1].sem_flg = 0;
    both[0].sem_op = -1;
    HOLDS(semop(set, both, 2) == 0);
  });
  let_others_run();
  HOLDS(is_running(child) && value(set, 0) == 1); /* it has taken none */
  HOLDS(change(set, 1, 1, 0) == 0);
  HOLDS(end_of(child) == 0 && value(set, 0) == 0 && value(set, 1) == 0);
  return 0;
}
