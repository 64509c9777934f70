/* Setting SIG_IGN discards a pending instance. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }

int main(void) {
  sigset_t set, now;
  signal(SIGUSR1, on_signal);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  HOLDS(sigpending(&now) == 0 && !sigismember(&now, SIGUSR1));
  signal(SIGUSR1, on_signal);
  HOLDS(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  HOLDS(runs == 0);
  return 0;
}
