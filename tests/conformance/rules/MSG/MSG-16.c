/* msgget follows the same ENOENT, EEXIST and IPC_PRIVATE rules as semget. */
#include "../sysv.h"

int main(void) {
  const key_t key = 0x5d000000 + getpid();
  FAILS(msgget(key, 0600), ENOENT);
  const int queue = keep_until_end(msgget(key, IPC_CREAT | IPC_EXCL | 0600), 1);
  FAILS(msgget(key, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
  HOLDS(msgget(key, IPC_CREAT | 0600) == queue && msgget(key, 0) == queue);
  HOLDS(new_queue() != queue && new_queue() != queue);
  return 0;
}
