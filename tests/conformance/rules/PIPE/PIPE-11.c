/* F_GETPIPE_SZ reports capacity; F_SETPIPE_SZ rounds up to a power-of-two number of pages, minimum one page, and
 * gives EBUSY if the data would not fit. */
#include "../rule.h"

int main(void) {
  int ends[2];
  static char bytes[8192];
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  HOLDS(fcntl(ends[0], F_GETPIPE_SZ) == 65536 && fcntl(ends[1], F_GETPIPE_SZ) == 65536);
  HOLDS(fcntl(ends[1], F_SETPIPE_SZ, 1) == 4096 && fcntl(ends[0], F_GETPIPE_SZ) == 4096);
  HOLDS(fcntl(ends[0], F_SETPIPE_SZ, 4097) == 8192);
  HOLDS(fcntl(ends[0], F_SETPIPE_SZ, 5 * 4096) == 8 * 4096);
  HOLDS(write(ends[1], bytes, 8192) == 8192);
  FAILS(fcntl(ends[0], F_SETPIPE_SZ, 4096), EBUSY);
  HOLDS(fcntl(ends[0], F_GETPIPE_SZ) == 8 * 4096);
  HOLDS(fcntl(ends[0], F_SETPIPE_SZ, 8192) == 8192);
  FAILS(write(ends[1], bytes, 1), EAGAIN);
  HOLDS(read(ends[0], bytes, 8192) == 8192); /* nothing was lost */
  const int file = open("file", O_RDWR | O_CREAT, 0600);
  FAILS(fcntl(file, F_GETPIPE_SZ), EBADF);
  return 0;
}
