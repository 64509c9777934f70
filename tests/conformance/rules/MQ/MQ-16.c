/* mq_unlink takes the name away at once; those who have the queue go on; a second one gives ENOENT. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  HOLDS(mq_unlink(own_name()) == 0);
  FAILS(mq_unlink(own_name()), ENOENT);
  FAILS(mq_open(own_name(), O_RDWR), ENOENT);
  HOLDS(send_note(queue, "a", 0) == 0 && receives(queue, "a"));
  const mqd_t next = new_queue(2, 0);
  HOLDS(send_note(next, "b", 0) == 0 && count_of(queue) == 0 && count_of(next) == 1);
  return 0;
}
