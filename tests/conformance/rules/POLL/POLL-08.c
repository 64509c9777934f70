/* Level-triggered: reported as long as ready. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  char bytes[4];
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef0};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  HOLDS(write(ends[1], "abc", 3) == 3);
  for (int i = 0; i < 3; ++i) {
    memset(&event, 0, sizeof event);
    HOLDS(epoll_wait(set, &event, 1, 0) == 1);
    HOLDS(event.events == EPOLLIN && event.data.u64 == 0x123456789abcdef0);
    HOLDS(read(ends[0], bytes, 1) == 1);
  }
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  return 0;
}
