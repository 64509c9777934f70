/* Unblocking with one or more pending delivers at least one before sigprocmask returns. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number > 0; }

int main(void) {
  sigset_t set;
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, on_signal);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0 && raise(SIGUSR2) == 0 && runs == 0);
  HOLDS(sigprocmask(SIG_SETMASK, &(sigset_t){0}, NULL) == 0);
  HOLDS(runs >= 1);
  return 0;
}
