/* Generating SIGCONT discards pending stop signals; generating a stop signal discards pending SIGCONT. */
#include "../rule.h"

int main(void) {
  sigset_t set, now;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  sigaddset(&set, SIGTTIN);
  sigaddset(&set, SIGCONT);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(raise(SIGTSTP) == 0 && raise(SIGTTIN) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGTSTP) && sigismember(&now, SIGTTIN));
  HOLDS(raise(SIGCONT) == 0);
  HOLDS(sigpending(&now) == 0 && !sigismember(&now, SIGTSTP) && !sigismember(&now, SIGTTIN) && sigismember(&now, SIGCONT));
  HOLDS(raise(SIGTSTP) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGTSTP) && !sigismember(&now, SIGCONT));
  HOLDS(raise(SIGCONT) == 0);
  return 0;
}
