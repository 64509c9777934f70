/* mtype below 1 gives EINVAL; more than MSGMAX (8192) bytes gives EINVAL. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  static struct {
    long type;
    char text[8193];
  } message;
  for (long type = -1; type <= 0; ++type) {
    message.type = type;
    FAILS(msgsnd(queue, &message, 1, 0), EINVAL);
  }
  message.type = 1;
  FAILS(msgsnd(queue, &message, 8193, 0), EINVAL);
  HOLDS(msgsnd(queue, &message, 8192, 0) == 0);
  HOLDS(msgsnd(queue, &message, 0, 0) == 0);
  return 0;
}
