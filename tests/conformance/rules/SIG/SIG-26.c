/* sigwait/sigwaitinfo take a blocked pending signal without running a handler; sigtimedwait gives EAGAIN on timeout;
 * another caught signal gives EINTR. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR2 ? 1 : 100; }

int main(void) {
  sigset_t set;
  siginfo_t info;
  int taken = 0;
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, on_signal);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(sigwait(&set, &taken) == 0 && taken == SIGUSR1 && runs == 0);
  HOLDS(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 5}) == 0);
  HOLDS(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_value.sival_int == 5 && runs == 0);
  const struct timespec short_time = {.tv_nsec = 20 * 1000 * 1000};
  FAILS(sigtimedwait(&set, &info, &short_time), EAGAIN);
  const pid_t other = CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR2) == 0);
  });
  FAILS(sigwaitinfo(&set, &info), EINTR);
  HOLDS(runs == 1 && end_of(other) == 0);
  const pid_t sender = CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR1) == 0);
  });
  HOLDS(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_pid == sender && runs == 1);
  HOLDS(end_of(sender) == 0);
  return 0;
}
