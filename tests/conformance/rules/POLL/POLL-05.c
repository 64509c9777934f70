/* POLLHUP, POLLERR, POLLNVAL are reported unasked. */
#include "../rule.h"

int main(void) {
  int ends[2];
  int others[2];
  HOLDS(pipe(ends) == 0 && pipe(others) == 0);
  HOLDS(write(ends[1], "x", 1) == 1 && close(ends[1]) == 0 && close(others[0]) == 0);
  struct pollfd all[] = {{.fd = ends[0]}, {.fd = others[1]}, {.fd = ends[1]}}; /* that ask for nothing */
  HOLDS(poll(all, 3, 0) == 3);
  HOLDS(all[0].revents == POLLHUP && all[1].revents == POLLERR && all[2].revents == POLLNVAL);
  return 0;
}
