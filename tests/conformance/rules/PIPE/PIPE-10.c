/* Default capacity is 65,536 bytes: that many 1-byte non-blocking writes succeed and the next gives EAGAIN. */
#include "../rule.h"

int main(void) {
  int ends[2];
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  for (int i = 0; i < 65536; ++i) HOLDS(write(ends[1], "x", 1) == 1);
  FAILS(write(ends[1], "x", 1), EAGAIN);
  return 0;
}
