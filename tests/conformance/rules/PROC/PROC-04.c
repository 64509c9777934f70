/* The child starts with no pending signals and no alarm. */
#include "../rule.h"

int main(void) {
  sigset_t set;
  sigset_t now;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGALRM);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0);
  HOLDS(alarm(100) == 0);
  const pid_t child = CHILD({
    HOLDS(sigpending(&now) == 0 && !sigismember(&now, SIGUSR1));
    HOLDS(alarm(0) == 0);
  });
  HOLDS(end_of(child) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR1) && alarm(0) > 0);
  return 0;
}
