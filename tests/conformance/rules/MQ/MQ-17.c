/* mq_setattr changes O_NONBLOCK only; another flag's bit gives EINVAL. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  struct mq_attr wanted = {.mq_flags = O_NONBLOCK, .mq_maxmsg = 9, .mq_msgsize = 9, .mq_curmsgs = 9};
  struct mq_attr before;
  HOLDS(mq_setattr(queue, &wanted, &before) == 0 && before.mq_flags == 0);
  HOLDS(mq_getattr(queue, &before) == 0);
  HOLDS(before.mq_flags == O_NONBLOCK && before.mq_maxmsg == 2 && before.mq_msgsize == note_bytes && before.mq_curmsgs == 0);
  char text[note_bytes];
  FAILS(mq_receive(queue, text, sizeof text, NULL), EAGAIN);
  wanted.mq_flags = O_NONBLOCK | O_APPEND;
  FAILS(mq_setattr(queue, &wanted, NULL), EINVAL);
  wanted.mq_flags = 0;
  HOLDS(mq_setattr(queue, &wanted, NULL) == 0 && mq_getattr(queue, &before) == 0 && before.mq_flags == 0);
  return 0;
}
