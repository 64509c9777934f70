/* SIGSTOP stops, SIGCONT resumes, even when SIGCONT is blocked or ignored. */
#include "../rule.h"

int main(void) {
  const pid_t child = CHILD({
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    signal(SIGCONT, SIG_IGN);
    for (int i = 0; i < 6; ++i) let_others_run();
    _exit(3);
  });
  int status;
  let_others_run();
  HOLDS(kill(child, SIGSTOP) == 0);
  HOLDS(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  for (int i = 0; i < 8; ++i) let_others_run();
  HOLDS(is_running(child));
  HOLDS(kill(child, SIGCONT) == 0);
  HOLDS(end_of(child) == 3);
  return 0;
}
