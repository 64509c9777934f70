/* A second process that registers gets EBUSY; NULL takes a registration back. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  block_signal(SIGUSR1);
  HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0);
  FAILS(ask_for_signal(queue, SIGUSR1, 1), EBUSY);
  HOLDS(end_of(CHILD({
    FAILS(ask_for_signal(queue, SIGUSR1, 2), EBUSY);
    HOLDS(mq_notify(queue, NULL) == 0);
    FAILS(ask_for_signal(queue, SIGUSR1, 2), EBUSY);
  })) == 0);
  HOLDS(mq_notify(queue, NULL) == 0);
  HOLDS(mq_notify(queue, NULL) == 0);
  HOLDS(end_of(CHILD(HOLDS(ask_for_signal(queue, SIGUSR1, 2) == 0))) == 0);
  HOLDS(ask_for_signal(queue, SIGUSR1, 3) == 0);
  return 0;
}
