/* EPOLLONESHOT stays silent until re-armed with MOD. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
  HOLDS(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(write(ends[1], "y", 1) == 1 && epoll_wait(set, &event, 1, 0) == 0);
  event.events = EPOLLIN | EPOLLONESHOT;
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), EEXIST); /* it is still in the set */
  HOLDS(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(close(ends[1]) == 0 && epoll_wait(set, &event, 1, 0) == 0); /* not even the end */
  return 0;
}
