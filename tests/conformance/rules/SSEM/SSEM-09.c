/* IPC_NOWAIT on the operation that cannot proceed gives EAGAIN and changes nothing; the flag on another operation does
 * not help. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  HOLDS(set_value(set, 0, 1) == 0);
  struct sembuf both[] = {{.sem_num = 0, .sem_op = -1}, {.sem_num = 1, .sem_op = -1, .sem_flg = IPC_NOWAIT}};
  FAILS(semop(set, both, 2), EAGAIN);
  HOLDS(value(set, 0) == 1);
  both[0].sem_flg = IPC_NOWAIT;
  both[1].sem_flg = 0;
  const pid_t child = CHILD({ HOLDS(semop(set, both, 2) == 0); });
  let_others_run();
  HOLDS(is_running(child) && value(set, 0) == 1);
  HOLDS(change(set, 1, 1, 0) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
