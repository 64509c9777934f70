/* SIGTSTP, SIGTTIN, SIGTTOU by default do nothing in an orphaned group. */
#include "../rule.h"

int main(void) {
  const pid_t child = CHILD({
    HOLDS(setsid() == getpid());
    HOLDS(raise(SIGTSTP) == 0 && raise(SIGTTIN) == 0 && raise(SIGTTOU) == 0);
    _exit(4);
  });
  int status;
  HOLDS(waitpid(child, &status, WUNTRACED) == child);
  HOLDS(WIFEXITED(status) && WEXITSTATUS(status) == 4);
  const pid_t managed = CHILD({
    HOLDS(setpgid(0, 0) == 0);
    HOLDS(raise(SIGTSTP) == 0);
    _exit(6);
  });
  HOLDS(waitpid(managed, &status, WUNTRACED) == managed && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
  HOLDS(kill(managed, SIGCONT) == 0 && end_of(managed) == 6);
  return 0;
}
