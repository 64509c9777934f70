/* fork shares the open queue with its flags; exec and exit close it. */
#include "../mqueue.h"

int main(int count, char **arguments) {
  if (count > 1) {
    FAILS(mq_send(atoi(arguments[1]), "a", 1, 0), EBADF);
    return 0;
  }
  const mqd_t queue = new_queue(2, 0);
  HOLDS((fcntl(queue, F_GETFD) & FD_CLOEXEC) != 0);
  HOLDS(end_of(CHILD({
    struct mq_attr wanted = {.mq_flags = O_NONBLOCK};
    HOLDS(mq_setattr(queue, &wanted, NULL) == 0 && send_note(queue, "a", 0) == 0);
  })) == 0);
  struct mq_attr found;
  HOLDS(mq_getattr(queue, &found) == 0 && found.mq_flags == O_NONBLOCK && receives(queue, "a"));
  const pid_t child = CHILD({
    char number[16];
    snprintf(number, sizeof number, "%d", queue);
    char *const next[] = {arguments[0], number, NULL};
    execv(arguments[0], next);
    _exit(9);
  });
  HOLDS(end_of(child) == 0);
  return 0;
}
