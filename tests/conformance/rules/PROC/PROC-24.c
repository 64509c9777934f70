/* With SA_NOCLDWAIT and a handler, the handler still runs on Linux (POSIX open). */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_child(int number) { runs += number == SIGCHLD; }

int main(void) {
  const struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDWAIT | SA_RESTART};
  HOLDS(sigaction(SIGCHLD, &action, NULL) == 0);
  const pid_t child = CHILD({});
  FAILS(wait(NULL), ECHILD);
  HOLDS(runs == 1);
  FAILS(kill(child, 0), ESRCH);
  return 0;
}
