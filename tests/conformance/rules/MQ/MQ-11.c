/* The wrong access mode gives EBADF. */
#include "../mqueue.h"

int main(void) {
  new_queue(2, 0);
  const mqd_t in = mq_open(own_name(), O_RDONLY);
  const mqd_t out = mq_open(own_name(), O_WRONLY);
  HOLDS(in >= 0 && out >= 0);
  char text[note_bytes];
  FAILS(send_note(in, "a", 0), EBADF);
  HOLDS(send_note(out, "a", 0) == 0);
  FAILS(mq_receive(out, text, sizeof text, NULL), EBADF);
  HOLDS(receives(in, "a"));
  int ends[2];
  HOLDS(pipe(ends) == 0);
  FAILS(send_note(ends[1], "a", 0), EBADF);
  FAILS(send_note(-1, "a", 0), EBADF);
  return 0;
}
