/* Linux takes standard before realtime, and standard ones lowest number first (POSIX open). */
#include "../rule.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  static const int sent[] = {SIGUSR2, SIGTERM, SIGUSR1, SIGHUP};
  static const int taken[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGTERM};
  sigaddset(&set, SIGRTMIN);
  for (int i = 0; i < 4; ++i) sigaddset(&set, sent[i]);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(kill(getpid(), SIGRTMIN) == 0);
  for (int i = 0; i < 4; ++i) HOLDS(kill(getpid(), sent[i]) == 0);
  for (int i = 0; i < 4; ++i) HOLDS(sigwaitinfo(&set, NULL) == taken[i]);
  HOLDS(sigwaitinfo(&set, NULL) == SIGRTMIN);
  return 0;
}
