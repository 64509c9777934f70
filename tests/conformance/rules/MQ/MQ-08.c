/* A full or an empty queue blocks, or gives EAGAIN under O_NONBLOCK. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(1, O_NONBLOCK);
  char text[note_bytes];
  FAILS(mq_receive(queue, text, sizeof text, NULL), EAGAIN);
  HOLDS(send_note(queue, "first", 0) == 0);
  FAILS(send_note(queue, "second", 0), EAGAIN);
  const pid_t sender = CHILD({
    const mqd_t own = mq_open(own_name(), O_WRONLY);
    HOLDS(own >= 0 && send_note(own, "second", 0) == 0);
  });
  let_others_run();
  HOLDS(is_running(sender));
  HOLDS(receives(queue, "first"));
  HOLDS(end_of(sender) == 0);
  HOLDS(receives(queue, "second"));
  const pid_t receiver = CHILD({
    const mqd_t own = mq_open(own_name(), O_RDONLY);
    HOLDS(own >= 0 && receives(own, "third"));
  });
  let_others_run();
  HOLDS(is_running(receiver));
  HOLDS(send_note(queue, "third", 0) == 0);
  HOLDS(end_of(receiver) == 0 && count_of(queue) == 0);
  return 0;
}
