/* Realtime signals queue: n sends give n deliveries, first in first out, each with its value. */
#include "../rule.h"

static volatile sig_atomic_t runs, values[16];
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  values[runs++] = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigset_t set;
  sigfillset(&action.sa_mask);
  HOLDS(sigaction(SIGRTMIN, &action, NULL) == 0);
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  for (int i = 0; i < 10; ++i) HOLDS(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i * 3}) == 0);
  HOLDS(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  HOLDS(runs == 10);
  for (int i = 0; i < 10; ++i) HOLDS(values[i] == i * 3);
  return 0;
}
