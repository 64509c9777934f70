/* poll on the write end: POLLOUT with room; POLLERR (with POLLOUT) once no reader exists. */
#include "../rule.h"

static short events_of(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLOUT};
  HOLDS(poll(&one, 1, 0) >= 0);
  return one.revents;
}

int main(void) {
  int ends[2];
  static char full[65536];
  HOLDS(pipe(ends) == 0);
  HOLDS(events_of(ends[1]) == POLLOUT);
  HOLDS(write(ends[1], full, sizeof full) == sizeof full && events_of(ends[1]) == 0);
  HOLDS(read(ends[0], full, 4096) == 4096 && events_of(ends[1]) == POLLOUT);
  HOLDS(close(ends[0]) == 0 && events_of(ends[1]) == (POLLOUT | POLLERR));
  return 0;
}
