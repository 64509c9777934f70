/* poll on the read end: nothing when empty; POLLIN with data; POLLIN|POLLHUP with data and no writer; POLLHUP alone
 * when drained. */
#include "../rule.h"

static short events_of(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLIN};
  HOLDS(poll(&one, 1, 0) >= 0);
  return one.revents;
}

int main(void) {
  int ends[2];
  char byte;
  HOLDS(pipe(ends) == 0);
  HOLDS(events_of(ends[0]) == 0);
  HOLDS(write(ends[1], "x", 1) == 1 && events_of(ends[0]) == POLLIN);
  HOLDS(close(ends[1]) == 0 && events_of(ends[0]) == (POLLIN | POLLHUP));
  HOLDS(read(ends[0], &byte, 1) == 1 && events_of(ends[0]) == POLLHUP);
  return 0;
}
