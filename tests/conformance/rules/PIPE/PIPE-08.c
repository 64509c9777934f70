/* With SIGPIPE ignored or caught that write returns EPIPE. */
#include "../rule.h"

static volatile sig_atomic_t caught;

static void note(int number) { caught += number == SIGPIPE; }

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0 && close(ends[0]) == 0);
  HOLDS(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  FAILS(write(ends[1], "x", 1), EPIPE);
  HOLDS(signal(SIGPIPE, note) == SIG_IGN);
  FAILS(write(ends[1], "x", 1), EPIPE);
  HOLDS(caught == 1);
  return 0;
}
