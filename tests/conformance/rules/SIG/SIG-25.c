/* pause returns -1/EINTR, and only after a handler ran. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }

int main(void) {
  signal(SIGUSR1, on_signal);
  const pid_t sleeper = CHILD({
    FAILS(pause(), EINTR);
    HOLDS(runs == 1);
  });
  let_others_run();
  HOLDS(kill(sleeper, SIGURG) == 0 && kill(sleeper, SIGSTOP) == 0 && kill(sleeper, SIGCONT) == 0);
  let_others_run();
  HOLDS(is_running(sleeper));
  HOLDS(kill(sleeper, SIGUSR1) == 0);
  HOLDS(end_of(sleeper) == 0);
  return 0;
}
