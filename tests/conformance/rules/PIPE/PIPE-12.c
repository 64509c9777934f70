/* Raising capacity above pipe-max-size (1 MiB) without privilege gives EPERM. */
#include "../rule.h"

int main(void) {
  int ends[2];
  drop_privilege();
  HOLDS(pipe(ends) == 0);
  HOLDS(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20) == 1 << 20);
  FAILS(fcntl(ends[0], F_SETPIPE_SZ, (1 << 20) + 1), EPERM);
  HOLDS(fcntl(ends[0], F_GETPIPE_SZ) == 1 << 20);
  HOLDS(fcntl(ends[0], F_SETPIPE_SZ, 65536) == 65536);
  return 0;
}
