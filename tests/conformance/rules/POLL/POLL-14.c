/* An epoll descriptor is itself pollable and nestable. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  char byte;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 1};
  const int inner = epoll_create1(0);
  const int outer = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(inner, EPOLL_CTL_ADD, ends[0], &event) == 0);
  event.data.u32 = 2;
  HOLDS(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event) == 0);
  struct pollfd one = {.fd = inner, .events = POLLIN};
  HOLDS(poll(&one, 1, 0) == 0 && epoll_wait(outer, &event, 1, 0) == 0);
  HOLDS(write(ends[1], "x", 1) == 1);
  HOLDS(poll(&one, 1, 0) == 1 && one.revents == POLLIN);
  HOLDS(epoll_wait(outer, &event, 1, 0) == 1 && event.data.u32 == 2);
  HOLDS(epoll_wait(inner, &event, 1, 0) == 1 && event.data.u32 == 1);
  HOLDS(read(ends[0], &byte, 1) == 1);
  HOLDS(poll(&one, 1, 0) == 0 && epoll_wait(outer, &event, 1, 0) == 0);
  const pid_t waiter = CHILD({
    HOLDS(epoll_wait(outer, &event, 1, -1) == 1 && event.data.u32 == 2);
    HOLDS(poll(&one, 1, -1) == 1);
  });
  let_others_run();
  HOLDS(is_running(waiter) && write(ends[1], "y", 1) == 1);
  HOLDS(end_of(waiter) == 0);
  return 0;
}
