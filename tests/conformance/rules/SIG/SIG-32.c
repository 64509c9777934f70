/* A stopped process acts only on SIGKILL and SIGCONT; everything else waits. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }
static int stop(pid_t child) {
  int status;
  return kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status);
}

int main(void) {
  const pid_t caught = CHILD({
    signal(SIGUSR1, on_signal);
    while (runs == 0) let_others_run();
    _exit(5);
  });
  const pid_t ended = CHILD({ for (;;) pause(); });
  const pid_t killed = CHILD({ for (;;) pause(); });
  let_others_run();
  HOLDS(stop(caught) && stop(ended) && stop(killed));
  HOLDS(kill(caught, SIGUSR1) == 0 && kill(ended, SIGTERM) == 0);
  for (int i = 0; i < 3; ++i) let_others_run();
  HOLDS(is_running(caught) && is_running(ended) && is_running(killed));
  HOLDS(kill(killed, SIGKILL) == 0 && end_of(killed) == -SIGKILL);
  HOLDS(kill(ended, SIGCONT) == 0 && end_of(ended) == -SIGTERM);
  HOLDS(kill(caught, SIGCONT) == 0 && end_of(caught) == 5);
  return 0;
}
