/* semget: ENOENT (no key, no IPC_CREAT), EEXIST (IPC_EXCL), EINVAL (nsems 0 on creation, above the set's size, above
 * the limit). */
#include "../sysv.h"

int main(void) {
  const key_t key = 0x5b000000 + getpid();
  FAILS(semget(key, 1, 0600), ENOENT);
  FAILS(semget(key, 0, IPC_CREAT | 0600), EINVAL);
  FAILS(semget(key, 1000000, IPC_CREAT | 0600), EINVAL);
  FAILS(semget(key, -1, IPC_CREAT | 0600), EINVAL);
  const int set = keep_until_end(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600), 0);
  FAILS(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
  HOLDS(semget(key, 3, IPC_CREAT | 0600) == set);
  HOLDS(semget(key, 2, 0) == set && semget(key, 0, 0) == set);
  FAILS(semget(key, 4, 0), EINVAL);
  return 0;
}
