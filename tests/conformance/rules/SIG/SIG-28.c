/* A blocked signal stays pending on Linux even if its action is ignore (POSIX open). */
#include "../rule.h"

int main(void) {
  sigset_t set, now;
  signal(SIGUSR1, SIG_IGN);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(raise(SIGUSR1) == 0 && sigpending(&now) == 0 && !sigismember(&now, SIGUSR1));
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR1));
  const struct timespec none = {0};
  HOLDS(sigtimedwait(&set, NULL, &none) == SIGUSR1);
  return 0;
}
