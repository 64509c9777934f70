/* Standard signals do not queue: n sends while blocked give one delivery, with the first sender's data. */
#include "../rule.h"

static volatile sig_atomic_t runs, value;
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  ++runs;
  value = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigset_t set;
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  for (int i = 1; i <= 5; ++i) HOLDS(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = i}) == 0);
  HOLDS(runs == 0);
  HOLDS(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  HOLDS(runs == 1);
  HOLDS(value == 1);
  return 0;
}
