/* WIFEXITED, WIFSIGNALED, WIFSTOPPED, WIFCONTINUED are mutually exclusive and carry status or signal. */
#include "../rule.h"

static void check(int status, int exited, int signaled, int stopped, int continued) {
  HOLDS(!!WIFEXITED(status) == exited && !!WIFSIGNALED(status) == signaled);
  HOLDS(!!WIFSTOPPED(status) == stopped && !!WIFCONTINUED(status) == continued);
}

int main(void) {
  int status;
  const pid_t child = CHILD({ for (;;) pause(); });
  HOLDS(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
  check(status, 0, 0, 1, 0);
  HOLDS(WSTOPSIG(status) == SIGSTOP);
  HOLDS(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
  check(status, 0, 0, 0, 1);
  HOLDS(kill(child, SIGTERM) == 0 && waitpid(child, &status, 0) == child);
  check(status, 0, 1, 0, 0);
  HOLDS(WTERMSIG(status) == SIGTERM);
  const pid_t other = CHILD({ _exit(9); });
  HOLDS(waitpid(other, &status, 0) == other);
  check(status, 1, 0, 0, 0);
  HOLDS(WEXITSTATUS(status) == 9);
  return 0;
}
