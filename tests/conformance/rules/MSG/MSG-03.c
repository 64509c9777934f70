/* The message count is bounded by msg_qbytes too: 16,384 empty messages. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  long message = 1;
  for (int i = 0; i < 16384; ++i) HOLDS(msgsnd(queue, &message, 0, IPC_NOWAIT) == 0);
  FAILS(msgsnd(queue, &message, 0, IPC_NOWAIT), EAGAIN);
  HOLDS(msgrcv(queue, &message, 0, 0, IPC_NOWAIT) == 0);
  HOLDS(msgsnd(queue, &message, 0, IPC_NOWAIT) == 0);
  return 0;
}
