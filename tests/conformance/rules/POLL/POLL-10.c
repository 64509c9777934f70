/* Adding or modifying an already ready edge-triggered entry reports it once. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
  HOLDS(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  event.events = EPOLLIN | EPOLLET;
  HOLDS(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 1);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  return 0;
}
