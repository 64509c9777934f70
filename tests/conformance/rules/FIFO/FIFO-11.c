/* A read end that has never had a writer does not report POLLHUP; one whose writer left does. */
#include "../rule.h"

static short events_of(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLIN};
  HOLDS(poll(&one, 1, 0) >= 0);
  return one.revents;
}

int main(void) {
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(events_of(reader) == 0);
  int writer = open("fifo", O_WRONLY);
  HOLDS(events_of(reader) == 0);
  HOLDS(close(writer) == 0);
  HOLDS(events_of(reader) == POLLHUP);
  const int late = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(events_of(late) == 0 && events_of(reader) == POLLHUP);
  writer = open("fifo", O_WRONLY);
  HOLDS(events_of(reader) == 0);
  HOLDS(write(writer, "x", 1) == 1 && close(writer) == 0);
  HOLDS(events_of(reader) == (POLLIN | POLLHUP) && events_of(late) == (POLLIN | POLLHUP));
  return 0;
}
