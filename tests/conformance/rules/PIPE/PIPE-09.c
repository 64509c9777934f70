/* A zero-length write with no reader returns 0, no signal. */
#include "../rule.h"

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0 && close(ends[0]) == 0);
  HOLDS(write(ends[1], "x", 0) == 0);
  return 0;
}
