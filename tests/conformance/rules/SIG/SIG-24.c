/* sigsuspend swaps the mask and waits in one step, returns EINTR after the handler, and restores the mask. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }

int main(void) {
  sigset_t blocked, during, now;
  signal(SIGUSR1, on_signal);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigaddset(&blocked, SIGUSR2);
  HOLDS(sigprocmask(SIG_SETMASK, &blocked, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(runs == 0);
  sigfillset(&during);
  sigdelset(&during, SIGUSR1);
  FAILS(sigsuspend(&during), EINTR);
  HOLDS(runs == 1);
  HOLDS(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
  HOLDS(sigismember(&now, SIGUSR1) && sigismember(&now, SIGUSR2) && !sigismember(&now, SIGHUP));
  const pid_t child = CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR1) == 0);
  });
  FAILS(sigsuspend(&during), EINTR);
  HOLDS(runs == 2);
  HOLDS(end_of(child) == 0);
  return 0;
}
