/* A full pipe becomes POLLOUT only when a whole page is free, not after one byte. */
#include "../rule.h"

int main(void) {
  int ends[2];
  static char full[65536];
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  struct pollfd one = {.fd = ends[1], .events = POLLOUT};
  HOLDS(write(ends[1], full, sizeof full) == sizeof full);
  HOLDS(poll(&one, 1, 0) == 0);
  HOLDS(read(ends[0], full, 1) == 1 && poll(&one, 1, 0) == 0);
  FAILS(write(ends[1], full, 1), EAGAIN);
  HOLDS(read(ends[0], full, 4094) == 4094 && poll(&one, 1, 0) == 0);
  HOLDS(read(ends[0], full, 1) == 1 && poll(&one, 1, 0) == 1);
  HOLDS(write(ends[1], full, 4096) == 4096);
  return 0;
}
