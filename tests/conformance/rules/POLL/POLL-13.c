/* EPOLLHUP is reported even with an empty event mask. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  int others[2];
  struct epoll_event event = {.events = 0};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  HOLDS(write(ends[1], "x", 1) == 1 && epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(close(ends[1]) == 0 && epoll_wait(set, &event, 1, 0) == 1 && event.events == EPOLLHUP);
  HOLDS(close(ends[0]) == 0 && pipe(others) == 0);
  event.events = 0;
  HOLDS(epoll_ctl(set, EPOLL_CTL_ADD, others[1], &event) == 0 && epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(close(others[0]) == 0 && epoll_wait(set, &event, 1, 0) == 1 && event.events == EPOLLERR);
  return 0;
}
