/* Non-blocking read: EAGAIN when empty with writers, 0 when empty without. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char byte;
  HOLDS(pipe2(ends, O_NONBLOCK) == 0);
  FAILS(read(ends[0], &byte, 1), EAGAIN);
  HOLDS(write(ends[1], "x", 1) == 1 && read(ends[0], &byte, 1) == 1);
  FAILS(read(ends[0], &byte, 1), EAGAIN);
  HOLDS(close(ends[1]) == 0);
  HOLDS(read(ends[0], &byte, 1) == 0);
  return 0;
}
