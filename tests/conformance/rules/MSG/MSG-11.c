/* A caught signal gives EINTR, never restarted. */
#include "../sysv.h"

static struct {
  long type;
  char text[8192];
} message = {.type = 1};

int main(void) {
  const int queue = new_queue();
  interrupt_soon();
  FAILS(msgrcv(queue, &message, 8192, 0, 0), EINTR);
  while (msgsnd(queue, &message, 8192, IPC_NOWAIT) == 0) continue;
  interrupt_soon();
  FAILS(msgsnd(queue, &message, 8192, 0), EINTR);
  return 0;
}
