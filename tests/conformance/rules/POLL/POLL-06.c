/* epoll_ctl: EEXIST, ENOENT, EBADF, EPERM for a regular file, EINVAL for itself, ELOOP for a cycle. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  struct epoll_event event = {.events = EPOLLIN};
  const int set = epoll_create1(0);
  const int file = open("file", O_RDWR | O_CREAT, 0600);
  HOLDS(pipe(ends) == 0 && set >= 0);
  HOLDS(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), EEXIST);
  FAILS(epoll_ctl(set, EPOLL_CTL_MOD, ends[1], &event), ENOENT);
  FAILS(epoll_ctl(set, EPOLL_CTL_DEL, ends[1], &event), ENOENT);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, 99, &event), EBADF);
  FAILS(epoll_ctl(99, EPOLL_CTL_ADD, ends[0], &event), EBADF);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, file, &event), EPERM);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, set, &event), EINVAL);
  FAILS(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event), EINVAL);
  FAILS(epoll_ctl(set, 77, ends[1], &event), EINVAL);
  const int outer = epoll_create1(EPOLL_CLOEXEC);
  const int outermost = epoll_create(1);
  HOLDS(fcntl(outer, F_GETFD) == FD_CLOEXEC && fcntl(outermost, F_GETFD) == 0);
  HOLDS(epoll_ctl(outer, EPOLL_CTL_ADD, set, &event) == 0);
  HOLDS(epoll_ctl(outermost, EPOLL_CTL_ADD, outer, &event) == 0);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, outer, &event), ELOOP);
  FAILS(epoll_ctl(set, EPOLL_CTL_ADD, outermost, &event), ELOOP);
  HOLDS(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL) == 0);
  FAILS(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL), ENOENT);
  return 0;
}
