/* Edge-triggered with two waiters wakes one. */
#include "../rule.h"
#include <sys/epoll.h>

int main(void) {
  int ends[2];
  pid_t waiters[2];
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  const int set = epoll_create1(0);
  HOLDS(pipe(ends) == 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  for (int i = 0; i < 2; ++i) waiters[i] = CHILD(HOLDS(epoll_wait(set, &event, 1, -1) == 1));
  let_others_run();
  HOLDS(write(ends[1], "x", 1) == 1);
  let_others_run();
  int status;
  const pid_t first = waitpid(-1, &status, WNOHANG);
  HOLDS(first > 0 && status == 0);
  HOLDS(waitpid(-1, &status, WNOHANG) == 0);
  HOLDS(write(ends[1], "y", 1) == 1);
  HOLDS(end_of(first == waiters[0] ? waiters[1] : waiters[0]) == 0);
  return 0;
}
