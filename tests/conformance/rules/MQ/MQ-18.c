/* On Linux, the descriptor of a queue works in poll and epoll. */
#include "../mqueue.h"

#include <sys/epoll.h>

int main(void) {
  const mqd_t queue = new_queue(1, 0);
  struct pollfd look = {.fd = queue, .events = POLLIN | POLLOUT};
  HOLDS(poll(&look, 1, 0) == 1 && look.revents == POLLOUT);
  const int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = 5}};
  HOLDS(set >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, queue, &event) == 0);
  HOLDS(epoll_wait(set, &event, 1, 0) == 0);
  const pid_t sender = CHILD({
    let_others_run();
    HOLDS(send_note(queue, "a", 0) == 0);
  });
  HOLDS(epoll_wait(set, &event, 1, 5000) == 1 && event.events == EPOLLIN && event.data.u32 == 5);
  HOLDS(poll(&look, 1, 0) == 1 && look.revents == POLLIN);
  HOLDS(end_of(sender) == 0);
  return 0;
}
