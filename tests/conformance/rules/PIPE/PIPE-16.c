/* Non-blocking write of more than PIPE_BUF bytes: a partial count if any room, EAGAIN if full. */
#include "../rule.h"

static char bytes[100000];

int main(void) {
  int ends[2];
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  HOLDS(write(ends[1], bytes, sizeof bytes) == 65536);
  FAILS(write(ends[1], bytes, sizeof bytes), EAGAIN);
  HOLDS(read(ends[0], bytes, 8192) == 8192);
  HOLDS(write(ends[1], bytes, sizeof bytes) == 8192);
  FAILS(write(ends[1], bytes, 4097), EAGAIN);
  return 0;
}
