/* If the last reader leaves while a writer is blocked half-way: SIGPIPE is raised and the call returns the partial
 * count, not EPIPE. */
#include "../rule.h"

static volatile sig_atomic_t caught;

static void note(int number) { caught += number == SIGPIPE; }

static char bytes[100000];

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    close(ends[0]);
    HOLDS(signal(SIGPIPE, note) != SIG_ERR);
    HOLDS(write(ends[1], bytes, sizeof bytes) == 65536);
    HOLDS(caught == 1);
    FAILS(write(ends[1], bytes, 1), EPIPE);
    HOLDS(caught == 2);
  });
  let_others_run();
  HOLDS(is_running(writer) && close(ends[0]) == 0);
  HOLDS(end_of(writer) == 0);
  return 0;
}
