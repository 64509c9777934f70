/* Only its creator or owner removes or changes a System V object; others get EPERM. */
#include "../sysv.h"

int main(void) {
  if (geteuid() != 0) return 0; /* another user needs privilege to become */
  const int set = keep_until_end(semget(IPC_PRIVATE, 1, 0666), 0);
  const int queue = keep_until_end(msgget(IPC_PRIVATE, 0666), 1);
  struct semid_ds found;
  HOLDS(semctl(set, 0, IPC_STAT, (union semun){.buf = &found}) == 0);
  HOLDS(end_of(CHILD({
    drop_privilege();
    FAILS(semctl(set, 0, IPC_SET, (union semun){.buf = &found}), EPERM);
    FAILS(semctl(set, 0, IPC_RMID), EPERM);
    FAILS(msgctl(queue, IPC_RMID, NULL), EPERM);
    HOLDS(change(set, 0, 1, 0) == 0);
  })) == 0);
  found.sem_perm.uid = 65534;
  HOLDS(semctl(set, 0, IPC_SET, (union semun){.buf = &found}) == 0);
  HOLDS(end_of(CHILD({
    drop_privilege();
    HOLDS(semctl(set, 0, IPC_RMID) == 0);
  })) == 0);
  return 0;
}
