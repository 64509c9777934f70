/* Timeout 0 never blocks; poll with no descriptors sleeps. */
#include "../rule.h"
#include <sys/select.h>

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0);
  struct pollfd one = {.fd = ends[0], .events = POLLIN};
  HOLDS(poll(&one, 1, 0) == 0);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  HOLDS(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){0}) == 0 && !FD_ISSET(ends[0], &set));
  long before = milliseconds();
  HOLDS(poll(NULL, 0, 20) == 0 && milliseconds() - before >= 20);
  before = milliseconds();
  HOLDS(poll(&one, 1, 20) == 0 && milliseconds() - before >= 20);
  before = milliseconds();
  HOLDS(select(0, NULL, NULL, NULL, &(struct timeval){.tv_usec = 20000}) == 0 && milliseconds() - before >= 20);
  HOLDS(ppoll(&one, 1, &(struct timespec){.tv_nsec = 1000000}, NULL) == 0);
  FAILS(ppoll(&one, 1, &(struct timespec){.tv_nsec = 1000000000}, NULL), EINVAL);
  return 0;
}
