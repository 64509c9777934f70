/* Non-blocking write of at most PIPE_BUF bytes that does not fit: EAGAIN and nothing written. */
#include "../rule.h"

static char bytes[65536];

int main(void) {
  int ends[2];
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  HOLDS(write(ends[1], bytes, 65536 - 4096) == 65536 - 4096);
  HOLDS(write(ends[1], bytes, 2000) == 2000);
  FAILS(write(ends[1], bytes, 4096), EAGAIN); /* 2096 would fit */
  FAILS(write(ends[1], bytes, 2097), EAGAIN);
  HOLDS(write(ends[1], bytes, 2096) == 2096);
  FAILS(write(ends[1], bytes, 1), EAGAIN);
  HOLDS(read(ends[0], bytes, sizeof bytes) == 65536);
  FAILS(read(ends[0], bytes, 1), EAGAIN);
  return 0;
}
