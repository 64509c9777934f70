/* 32,767 is the highest priority; 32,768 gives EINVAL. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  HOLDS(sysconf(_SC_MQ_PRIO_MAX) == 32768);
  FAILS(send_note(queue, "a", 32768), EINVAL);
  HOLDS(send_note(queue, "b", 32767) == 0);
  FAILS(mq_send(-1, "a", 1, 32768), EINVAL);
  return 0;
}
