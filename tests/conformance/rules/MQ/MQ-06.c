/* The highest priority first; the same priority in the order of arrival. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(6, 0);
  HOLDS(send_note(queue, "low", 1) == 0 && send_note(queue, "high", 9) == 0 && send_note(queue, "low too", 1) == 0);
  HOLDS(send_note(queue, "none", 0) == 0 && send_note(queue, "high too", 9) == 0);
  char text[note_bytes];
  unsigned priority = 0;
  HOLDS(mq_receive(queue, text, sizeof text, &priority) == 4 && priority == 9);
  HOLDS(receives(queue, "high too") && receives(queue, "low") && receives(queue, "low too") && receives(queue, "none"));
  return 0;
}
