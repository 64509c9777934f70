/* Receiving into a buffer smaller than mq_msgsize gives EMSGSIZE, even if the message would fit. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  char text[note_bytes];
  HOLDS(send_note(queue, "a", 0) == 0);
  FAILS(mq_receive(queue, text, note_bytes - 1, NULL), EMSGSIZE);
  HOLDS(count_of(queue) == 1);
  HOLDS(mq_receive(queue, text, note_bytes, NULL) == 1 && text[0] == 'a');
  return 0;
}
