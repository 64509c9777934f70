/* SIGKILL and SIGSTOP: sigaction gives EINVAL; blocking them is silently ignored. */
#include "../rule.h"

int main(void) {
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  FAILS(sigaction(SIGKILL, &ignore, NULL), EINVAL);
  FAILS(sigaction(SIGSTOP, &ignore, NULL), EINVAL);
  HOLDS(sigaction(SIGKILL, NULL, &ignore) == 0 && ignore.sa_handler == SIG_DFL);
  sigset_t all, now;
  sigfillset(&all);
  HOLDS(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
  HOLDS(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
  HOLDS(!sigismember(&now, SIGKILL) && !sigismember(&now, SIGSTOP) && sigismember(&now, SIGTERM));
  const pid_t child = CHILD({ raise(SIGKILL); });
  HOLDS(end_of(child) == -SIGKILL);
  return 0;
}
