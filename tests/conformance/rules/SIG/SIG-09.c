/* Pending realtime signals are taken lowest number first. */
#include "../rule.h"

int main(void) {
  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  for (int i = 0; i < 4; ++i) sigaddset(&set, SIGRTMIN + i);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  static const int sent[] = {3, 1, 2, 0, 1};
  static const int taken[] = {0, 1, 1, 2, 3};
  for (int i = 0; i < 5; ++i) HOLDS(sigqueue(getpid(), SIGRTMIN + sent[i], (union sigval){.sival_int = i}) == 0);
  int last_of_one = -1;
  for (int i = 0; i < 5; ++i) {
    HOLDS(sigwaitinfo(&set, &info) == SIGRTMIN + taken[i]);
    if (taken[i] != 1) continue;
    HOLDS(info.si_value.sival_int > last_of_one);
    last_of_one = info.si_value.sival_int;
  }
  return 0;
}
