/* An exited unwaited child is a zombie: kill(z,0) succeeds, SIGKILL has no effect, after wait ESRCH. */
#include "../rule.h"

int main(void) {
  int status;
  const pid_t child = CHILD({ _exit(6); });
  siginfo_t info;
  HOLDS(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
  HOLDS(kill(child, 0) == 0 && kill(child, SIGKILL) == 0);
  HOLDS(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 6);
  FAILS(kill(child, 0), ESRCH);
  return 0;
}
