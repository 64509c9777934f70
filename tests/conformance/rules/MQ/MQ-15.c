/* Closing a descriptor, exec or exit takes the registration back. */
#include "../mqueue.h"

int main(int count, char **arguments) {
  (void)arguments;
  if (count > 1) {
    struct timespec time = {.tv_nsec = 100 * 1000 * 1000};
    nanosleep(&time, NULL);
    return 0;
  }
  const mqd_t queue = new_queue(2, 0);
  block_signal(SIGUSR1);
  const mqd_t other = mq_open(own_name(), O_RDWR);
  HOLDS(other >= 0 && ask_for_signal(queue, SIGUSR1, 1) == 0);
  FAILS(ask_for_signal(queue, SIGUSR1, 1), EBUSY);
  HOLDS(mq_close(other) == 0);
  HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0 && mq_notify(queue, NULL) == 0);
  HOLDS(end_of(CHILD(HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0))) == 0);
  HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0 && mq_notify(queue, NULL) == 0);
  const pid_t child = CHILD({
    HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0);
    char *const next[] = {arguments[0], "again", NULL};
    execv(arguments[0], next);
    _exit(9);
  });
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
