/* epoll_wait with maxevents below 1, epoll_create(0): EINVAL. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  struct epoll_event event;
  const int set = epoll_create1(0);
  FAILS(epoll_wait(set, &event, 0, 0), EINVAL);
  volatile int most = -1;
  FAILS(epoll_wait(set, &event, most, 0), EINVAL);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  FAILS(epoll_create(0), EINVAL);
  FAILS(epoll_create(-1), EINVAL);
  FAILS(epoll_create1(1), EINVAL);
  FAILS(epoll_wait(0, &event, 1, 0), EINVAL);
  FAILS(epoll_wait(99, &event, 1, 0), EBADF);
  return 0;
}
