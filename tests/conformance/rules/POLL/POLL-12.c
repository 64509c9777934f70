/* The entry lives as long as the open file description: closing one of two copies keeps it. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  struct epoll_event event = {.events = EPOLLIN, .data.fd = 7};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  const int copy = dup(ends[0]);
  HOLDS(close(ends[0]) == 0 && write(ends[1], "x", 1) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1 && event.data.fd == 7);
  FAILS(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL), EBADF); /* and cannot be taken out by its number */
  HOLDS(close(copy) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  return 0;
}
