/* Several children that end while SIGCHLD is blocked give one SIGCHLD; only a WNOHANG loop reaps all. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_child(int number) { runs += number == SIGCHLD; }

int main(void) {
  sigset_t set;
  signal(SIGCHLD, on_child);
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  siginfo_t info;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = CHILD({});
    HOLDS(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
  }
  HOLDS(runs == 0);
  HOLDS(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  HOLDS(runs == 1);
  int reaped = 0;
  while (waitpid(-1, NULL, WNOHANG) > 0) ++reaped;
  HOLDS(reaped == 4);
  return 0;
}
