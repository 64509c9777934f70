/* Without permission: EACCES for use, EPERM for IPC_RMID and IPC_SET. */
#include "../sysv.h"

int main(void) {
  if (geteuid() != 0) return 0; /* there is nobody else to be */
  const key_t key = 0x5b000000 + getpid();
  const int set = keep_until_end(semget(key, 1, IPC_CREAT | 0600), 0);
  const int readable = keep_until_end(semget(IPC_PRIVATE, 1, 0644), 0);
  const pid_t child = CHILD({
    drop_privilege();
    struct semid_ds record = {0};
    FAILS(semget(key, 1, 0400), EACCES);
    HOLDS(semget(key, 1, 0) == set); /* nothing is asked for yet */
    FAILS(value(set, 0), EACCES);
    FAILS(change(set, 0, 1, 0), EACCES);
    FAILS(set_value(set, 0, 1), EACCES);
    FAILS(semctl(set, 0, IPC_STAT, (union semun){.buf = &record}), EACCES);
    FAILS(semctl(set, 0, IPC_RMID), EPERM);
    FAILS(semctl(set, 0, IPC_SET, (union semun){.buf = &record}), EPERM);
    HOLDS(value(readable, 0) == 0);
    HOLDS(change(readable, 0, 0, 0) == 0); /* to wait for zero is to read */
    FAILS(change(readable, 0, 1, 0), EACCES);
  });
  HOLDS(end_of(child) == 0);
  return 0;
}
