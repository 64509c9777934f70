/* A fault whose signal is blocked or ignored kills the process anyway. */
#include "../rule.h"

int main(void) {
  const pid_t ignoring = CHILD({
    signal(SIGSEGV, SIG_IGN);
    *(volatile int *volatile)8 = 1;
  });
  HOLDS(end_of(ignoring) == -SIGSEGV);
  const pid_t blocking = CHILD({
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGFPE);
    HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    volatile int zero = 0;
    zero = 7 / zero;
  });
  HOLDS(end_of(blocking) == -SIGFPE);
  return 0;
}
