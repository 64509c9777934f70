/* System V objects use the read and alter bits of their mode, not the umask; execute bits are ignored. */
#include "../sysv.h"

int main(void) {
  umask(0777);
  const int set = keep_until_end(semget(IPC_PRIVATE, 1, 0644), 0);
  struct semid_ds found;
  HOLDS(semctl(set, 0, IPC_STAT, (union semun){.buf = &found}) == 0 && (found.sem_perm.mode & 0777) == 0644);
  if (geteuid() != 0) return 0; /* the rest needs another user */
  const int executable = keep_until_end(semget(IPC_PRIVATE, 1, 0711), 0);
  HOLDS(end_of(CHILD({
    drop_privilege();
    HOLDS(value(set, 0) == 0);
    FAILS(change(set, 0, 1, 0), EACCES);
    FAILS(value(executable, 0), EACCES);
    FAILS(change(executable, 0, 1, 0), EACCES);
  })) == 0);
  return 0;
}
