/* waitpid selects by >0 id, -1 any, 0 own group, <-1 that group. */
#include "../rule.h"

int main(void) {
  const pid_t grouped = CHILD({
    HOLDS(setpgid(0, 0) == 0);
    let_others_run();
    _exit(1);
  });
  const pid_t first = CHILD({ _exit(2); });
  const pid_t second = CHILD({ _exit(3); });
  int status;
  HOLDS(waitpid(second, &status, 0) == second && WEXITSTATUS(status) == 3);
  HOLDS(waitpid(0, &status, 0) == first && WEXITSTATUS(status) == 2);
  FAILS(waitpid(0, &status, 0), ECHILD);
  HOLDS(waitpid(-grouped, &status, 0) == grouped && WEXITSTATUS(status) == 1);
  FAILS(waitpid(-grouped, &status, 0), ECHILD);
  const pid_t last = CHILD({});
  HOLDS(waitpid(-1, &status, 0) == last);
  return 0;
}
