/* A zero-length read from a pipe returns 0 at once even when the pipe is empty and has writers. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char byte;
  HOLDS(pipe(ends) == 0);
  HOLDS(read(ends[0], &byte, 0) == 0);
  HOLDS(write(ends[1], "x", 1) == 1);
  HOLDS(read(ends[0], &byte, 0) == 0);
  HOLDS(read(ends[0], &byte, 1) == 1 && byte == 'x');
  return 0;
}
