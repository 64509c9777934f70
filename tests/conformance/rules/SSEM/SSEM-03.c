/* New values are 0 on Linux; POSIX says undefined: creation and initialisation are two steps, hence a race. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(4);
  for (int i = 0; i < 4; ++i) HOLDS(value(set, i) == 0);
  struct semid_ds record;
  HOLDS(semctl(set, 0, IPC_STAT, (union semun){.buf = &record}) == 0);
  HOLDS(record.sem_nsems == 4 && record.sem_otime == 0); /* by which another sees that nobody has initialised it */
  HOLDS(change(set, 0, 1, 0) == 0);
  return 0;
}
