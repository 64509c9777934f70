/* During a handler the signal itself and sa_mask are blocked; the old mask returns afterwards. */
#include "../rule.h"

static volatile sig_atomic_t inner, during;
static void on_other(int number) { inner += number == SIGUSR2; }
static void on_signal(int number) {
  sigset_t now;
  during = 1;
  HOLDS(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
  HOLDS(sigismember(&now, number) && sigismember(&now, SIGUSR2) && !sigismember(&now, SIGHUP) && sigismember(&now, SIGTERM));
  HOLDS(raise(SIGUSR2) == 0);
  HOLDS(inner == 0);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t set, now;
  sigaddset(&action.sa_mask, SIGUSR2);
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  signal(SIGUSR2, on_other);
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  HOLDS(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(during == 1 && inner == 1);
  HOLDS(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
  HOLDS(sigismember(&now, SIGTERM) && !sigismember(&now, SIGUSR1) && !sigismember(&now, SIGUSR2));
  return 0;
}
