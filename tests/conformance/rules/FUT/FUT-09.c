/* eventfd: read returns and clears the sum, EAGAIN at 0; EFD_SEMAPHORE reads take 1. */
#include "../rule.h"
#include <sys/eventfd.h>

int main(void) {
  eventfd_t sum = 0;
  const int counter = eventfd(3, EFD_NONBLOCK);
  struct pollfd one = {.fd = counter, .events = POLLIN | POLLOUT};
  HOLDS(eventfd_write(counter, 4) == 0);
  HOLDS(poll(&one, 1, 0) == 1 && one.revents == (POLLIN | POLLOUT));
  HOLDS(eventfd_read(counter, &sum) == 0 && sum == 7);
  FAILS(eventfd_read(counter, &sum), EAGAIN);
  HOLDS(poll(&one, 1, 0) == 1 && one.revents == POLLOUT);
  const int units = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  HOLDS(eventfd_read(units, &sum) == 0 && sum == 1);
  HOLDS(eventfd_read(units, &sum) == 0 && sum == 1);
  FAILS(eventfd_read(units, &sum), EAGAIN);
  const int blocking = eventfd(0, EFD_CLOEXEC);
  HOLDS(fcntl(blocking, F_GETFD) == FD_CLOEXEC);
  const pid_t reader = CHILD(HOLDS(eventfd_read(blocking, &sum) == 0 && sum == 9));
  let_others_run();
  HOLDS(is_running(reader) && eventfd_write(blocking, 9) == 0);
  HOLDS(end_of(reader) == 0);
  FAILS(eventfd(0, 0x10), EINVAL);
  return 0;
}
