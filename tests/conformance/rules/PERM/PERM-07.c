/* System V calls look at each operation, so a later change of the mode does bite. */
#include "../sysv.h"

int main(void) {
  if (geteuid() != 0) return 0; /* another user needs privilege to become */
  const int set = keep_until_end(semget(IPC_PRIVATE, 1, 0666), 0);
  int steps[2], back[2];
  HOLDS(pipe(steps) == 0 && pipe(back) == 0);
  const pid_t child = CHILD({
    char step;
    drop_privilege();
    HOLDS(change(set, 0, 1, 0) == 0 && write(back[1], "a", 1) == 1 && read(steps[0], &step, 1) == 1);
    FAILS(change(set, 0, 1, 0), EACCES);
    HOLDS(value(set, 0) == 1);
  });
  char step;
  HOLDS(read(back[0], &step, 1) == 1);
  struct semid_ds found;
  HOLDS(semctl(set, 0, IPC_STAT, (union semun){.buf = &found}) == 0);
  found.sem_perm.mode = 0644;
  HOLDS(semctl(set, 0, IPC_SET, (union semun){.buf = &found}) == 0);
  HOLDS(write(steps[1], "b", 1) == 1);
  HOLDS(end_of(child) == 0);
  return 0;
}
