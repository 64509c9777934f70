/* Sending more than mq_msgsize gives EMSGSIZE; a message of no bytes is legal. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(2, 0);
  char text[note_bytes + 1] = {0};
  FAILS(mq_send(queue, text, sizeof text, 0), EMSGSIZE);
  HOLDS(count_of(queue) == 0);
  HOLDS(mq_send(queue, text, note_bytes, 0) == 0);
  HOLDS(mq_send(queue, text, 0, 0) == 0);
  HOLDS(mq_receive(queue, text, sizeof text, NULL) == note_bytes);
  HOLDS(mq_receive(queue, text, sizeof text, NULL) == 0);
  return 0;
}
