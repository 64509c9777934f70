/* Total above msg_qbytes (16,384) blocks, or EAGAIN with IPC_NOWAIT. */
#include "../sysv.h"

static struct {
  long type;
  char text[8192];
} message = {.type = 1};

int main(void) {
  const int queue = new_queue();
  HOLDS(msgsnd(queue, &message, 8192, IPC_NOWAIT) == 0);
  HOLDS(msgsnd(queue, &message, 8192, IPC_NOWAIT) == 0);
  FAILS(msgsnd(queue, &message, 1, IPC_NOWAIT), EAGAIN);
  HOLDS(msgsnd(queue, &message, 0, IPC_NOWAIT) == 0);
  const pid_t child = CHILD({ HOLDS(msgsnd(queue, &message, 100, 0) == 0); });
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(msgrcv(queue, &message, 8192, 0, 0) == 8192);
  HOLDS(end_of(child) == 0);
  return 0;
}
