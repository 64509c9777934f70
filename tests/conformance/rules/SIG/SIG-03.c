/* kill(pid,0) checks existence and permission only. */
#include "../rule.h"

int main(void) {
  HOLDS(kill(getpid(), 0) == 0);
  const pid_t child = CHILD({ pause(); });
  HOLDS(kill(child, 0) == 0);
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(kill(child, SIGKILL) == 0 && end_of(child) == -SIGKILL);
  FAILS(kill(child, 0), ESRCH);
  return 0;
}
