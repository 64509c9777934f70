/* eventfd: writing all-ones EINVAL, overflow blocks or EAGAIN, buffer below 8 bytes EINVAL. */
#include "../rule.h"
#include <sys/eventfd.h>

int main(void) {
  const eventfd_t most = 0xfffffffffffffffe;
  eventfd_t sum;
  const int counter = eventfd(0, EFD_NONBLOCK);
  struct pollfd one = {.fd = counter, .events = POLLIN | POLLOUT};
  FAILS(eventfd_write(counter, most + 1), EINVAL);
  FAILS(write(counter, &most, 7), EINVAL);
  FAILS(read(counter, &sum, 7), EINVAL);
  HOLDS(eventfd_write(counter, most) == 0);
  FAILS(eventfd_write(counter, 1), EAGAIN);
  HOLDS(eventfd_write(counter, 0) == 0);
  HOLDS(poll(&one, 1, 0) == 1 && one.revents == POLLIN);
  HOLDS(fcntl(counter, F_SETFL, 0) == 0);
  const pid_t writer = CHILD(HOLDS(eventfd_write(counter, 5) == 0));
  let_others_run();
  HOLDS(is_running(writer));
  HOLDS(eventfd_read(counter, &sum) == 0 && sum == most);
  HOLDS(end_of(writer) == 0);
  HOLDS(eventfd_read(counter, &sum) == 0 && sum == 5);
  return 0;
}
