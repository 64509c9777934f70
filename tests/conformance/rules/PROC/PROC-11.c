/* exec keeps the signal mask and the pending set. */
#include "../rule.h"

int main(int argc, char **argv) {
  sigset_t set;
  if (argc > 1) {
    HOLDS(sigprocmask(SIG_BLOCK, NULL, &set) == 0 && sigismember(&set, SIGUSR1) && !sigismember(&set, SIGUSR2));
    HOLDS(sigpending(&set) == 0 && sigismember(&set, SIGUSR1));
    return 0;
  }
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
  HOLDS(kill(getpid(), SIGUSR1) == 0);
  execl(argv[0], argv[0], "again", NULL);
  HOLDS(!"exec comes back");
}
