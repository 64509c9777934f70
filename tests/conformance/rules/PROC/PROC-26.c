/* WUNTRACED reports a stop, WCONTINUED a resume. */
#include "../rule.h"

int main(void) {
  int status;
  const pid_t child = CHILD({ for (;;) pause(); });
  HOLDS(kill(child, SIGSTOP) == 0);
  HOLDS(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
  HOLDS(waitpid(child, &status, WUNTRACED | WNOHANG) == 0);
  HOLDS(kill(child, SIGCONT) == 0);
  HOLDS(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
  HOLDS(waitpid(child, &status, WCONTINUED | WNOHANG) == 0);
  HOLDS(kill(child, SIGKILL) == 0 && end_of(child) == -SIGKILL);
  return 0;
}
