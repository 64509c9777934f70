/* mq_notify tells of the change from empty to not empty only, once, and must then be renewed. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(4, 0);
  siginfo_t info;
  block_signal(SIGUSR1);
  HOLDS(send_note(queue, "a", 0) == 0);
  HOLDS(ask_for_signal(queue, SIGUSR1, 7) == 0);
  HOLDS(send_note(queue, "b", 0) == 0 && !has_come_by(SIGUSR1, &info));
  HOLDS(receives(queue, "a") && receives(queue, "b"));
  HOLDS(send_note(queue, "c", 0) == 0 && has_come_by(SIGUSR1, &info));
  HOLDS(info.si_code == SI_MESGQ && info.si_pid == getpid() && info.si_value.sival_int == 7);
  HOLDS(receives(queue, "c"));
  HOLDS(send_note(queue, "d", 0) == 0 && !has_come_by(SIGUSR1, &info));
  HOLDS(receives(queue, "d") && ask_for_signal(queue, SIGUSR1, 8) == 0);
  HOLDS(send_note(queue, "e", 0) == 0 && has_come_by(SIGUSR1, &info) && info.si_value.sival_int == 8);
  return 0;
}
