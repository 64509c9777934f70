/* SA_NOCLDSTOP suppresses SIGCHLD for stop and continue only. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_child(int number) { runs += number == SIGCHLD; }

int main(void) {
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
  int status;
  for (int i = 0; i < 2; ++i) {
    action.sa_flags = i == 0 ? SA_RESTART : SA_RESTART | SA_NOCLDSTOP;
    runs = 0;
    HOLDS(sigaction(SIGCHLD, &action, NULL) == 0);
    const pid_t child = CHILD({ for (;;) pause(); });
    HOLDS(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
    HOLDS(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
    let_others_run(); /* the child tells of its resumption once it runs, which wait does not await */
    HOLDS(runs == (i == 0 ? 2 : 0));
    HOLDS(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    HOLDS(runs == (i == 0 ? 3 : 1));
  }
  return 0;
}
