/* kill: EINVAL bad signal, ESRCH nobody there, EPERM nobody may be signalled. */
#include "../rule.h"

int main(void) {
  FAILS(kill(getpid(), 65), EINVAL);
  FAILS(kill(getpid(), -1), EINVAL);
  const pid_t child = CHILD({});
  HOLDS(end_of(child) == 0);
  FAILS(kill(child, SIGTERM), ESRCH);
  FAILS(kill(-child, SIGTERM), ESRCH);
  drop_privilege();
  FAILS(kill(1, SIGTERM), EPERM);
  return 0;
}
