/* Edge-triggered: once per new arrival; a partial read gives no new event, new data does. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  char byte;
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(write(ends[1], "abc", 3) == 3);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1 && event.events == EPOLLIN);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(read(ends[0], &byte, 1) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(write(ends[1], "d", 1) == 1); /* although there was some before */
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(write(ends[1], "e", 1) == 1 && write(ends[1], "f", 1) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(close(ends[1]) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1 && event.events == (EPOLLIN | EPOLLHUP));
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  return 0;
}
