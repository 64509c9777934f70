/* Timed calls give ETIMEDOUT at the absolute time of CLOCK_REALTIME, and succeed with one in the past if they need not
 * wait. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(1, 0);
  char text[note_bytes];
  const struct timespec past = {.tv_sec = 0, .tv_nsec = 1};
  struct timespec soon = after_milliseconds(30);
  FAILS(mq_timedreceive(queue, text, sizeof text, NULL, &soon), ETIMEDOUT);
  HOLDS(has_come(&soon));
  FAILS(mq_timedreceive(queue, text, sizeof text, NULL, &past), ETIMEDOUT);
  HOLDS(mq_timedsend(queue, "a", 1, 0, &past) == 0);
  soon = after_milliseconds(30);
  FAILS(mq_timedsend(queue, "b", 1, 0, &soon), ETIMEDOUT);
  HOLDS(has_come(&soon));
  HOLDS(mq_timedreceive(queue, text, sizeof text, NULL, &past) == 1 && count_of(queue) == 0);
  return 0;
}
