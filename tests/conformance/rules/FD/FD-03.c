/* dup/dup2/fork share one open file description: O_NONBLOCK set through one copy is seen by all. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char byte;
  HOLDS(pipe(ends) == 0);
  const int copy = dup(ends[0]);
  HOLDS(dup2(ends[0], 30) == 30);
  const pid_t child = CHILD(HOLDS(fcntl(copy, F_SETFL, O_NONBLOCK) == 0));
  HOLDS(end_of(child) == 0);
  HOLDS((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
  FAILS(read(ends[0], &byte, 1), EAGAIN);
  FAILS(read(30, &byte, 1), EAGAIN);
  HOLDS((fcntl(ends[1], F_GETFL) & O_NONBLOCK) == 0); /* the other end is another one */
  return 0;
}
