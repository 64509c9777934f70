/* A receiver that is blocked takes the message, and the registration stays. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  siginfo_t info;
  block_signal(SIGUSR1);
  HOLDS(ask_for_signal(queue, SIGUSR1, 1) == 0);
  const pid_t receiver = CHILD(HOLDS(receives(queue, "a")));
  let_others_run();
  HOLDS(send_note(queue, "a", 0) == 0);
  HOLDS(end_of(receiver) == 0);
  HOLDS(!has_come_by(SIGUSR1, &info));
  HOLDS(send_note(queue, "b", 0) == 0 && has_come_by(SIGUSR1, &info));
  return 0;
}
