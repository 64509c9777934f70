/* IPC_RMID wakes blocked callers with EIDRM; later use gives EINVAL. */
#include "../sysv.h"

static struct {
  long type;
  char text[8192];
} message = {.type = 2};

int main(void) {
  const int queue = msgget(IPC_PRIVATE, 0600);
  HOLDS(queue >= 0);
  const pid_t receiver = CHILD({ FAILS(msgrcv(queue, &message, 8192, 1, 0), EIDRM); });
  HOLDS(msgsnd(queue, &message, 8192, 0) == 0 && msgsnd(queue, &message, 8192, 0) == 0);
  const pid_t sender = CHILD({ FAILS(msgsnd(queue, &message, 8192, 0), EIDRM); });
  let_others_run();
  HOLDS(msgctl(queue, IPC_RMID, NULL) == 0);
  HOLDS(end_of(receiver) == 0 && end_of(sender) == 0);
  FAILS(msgsnd(queue, &message, 1, 0), EINVAL);
  FAILS(msgrcv(queue, &message, 1, 0, IPC_NOWAIT), EINVAL);
  FAILS(msgctl(queue, IPC_RMID, NULL), EINVAL);
  return 0;
}
