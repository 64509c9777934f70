/* SIGCHLD set to SIG_IGN (or SA_NOCLDWAIT): no zombies; wait blocks until all children end, then ECHILD. */
#include "../rule.h"

static void check(void) {
  const pid_t first = CHILD({});
  const pid_t second = CHILD({ let_others_run(); });
  HOLDS(first > 0 && second > 0);
  FAILS(wait(NULL), ECHILD);
  FAILS(kill(second, 0), ESRCH);
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  check();
  const struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  HOLDS(sigaction(SIGCHLD, &action, NULL) == 0);
  check();
  return 0;
}
