/* A closed number: POLLNVAL in poll, EBADF in select. A negative one is skipped by poll. */
#include "../rule.h"
#include <sys/select.h>

int main(void) {
  int ends[2];
  fd_set set;
  HOLDS(pipe(ends) == 0 && close(ends[1]) == 0);
  struct pollfd some[] = {{.fd = ends[1], .events = POLLIN}, {.fd = -1, .events = POLLIN, .revents = 7}};
  HOLDS(poll(some, 2, 0) == 1);
  HOLDS(some[0].revents == POLLNVAL && some[1].revents == 0);
  FD_ZERO(&set);
  FD_SET(ends[1], &set);
  FAILS(select(ends[1] + 1, &set, NULL, NULL, &(struct timeval){0}), EBADF);
  FAILS(select(-1, NULL, NULL, NULL, &(struct timeval){0}), EINVAL);
  return 0;
}
