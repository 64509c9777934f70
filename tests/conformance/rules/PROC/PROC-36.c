/* Lowering nice below the allowed value without privilege gives EPERM/EACCES. */
#include "../rule.h"

#include <sys/resource.h>

int main(void) {
  drop_privilege();
  HOLDS(setpriority(PRIO_PROCESS, 0, 5) == 0);
  errno = 0;
  HOLDS(nice(-3) == -1 && errno == EPERM);
  FAILS(setpriority(PRIO_PROCESS, 0, 2), EACCES);
  HOLDS(getpriority(PRIO_PROCESS, 0) == 5);
  HOLDS(setpriority(PRIO_PROCESS, 0, 9) == 0);
  return 0;
}
