/* SIGCONT is allowed inside the same session whatever the uids. */
#include "../rule.h"

int main(void) {
  const pid_t target = CHILD({ for (;;) pause(); });
  const pid_t sender = CHILD({
    if (geteuid() == 0) {
      HOLDS(setuid(54321) == 0);
      FAILS(kill(target, SIGURG), EPERM);
    }
    HOLDS(kill(target, SIGCONT) == 0);
    HOLDS(setsid() == getpid());
    if (getuid() == 54321) FAILS(kill(target, SIGCONT), EPERM);
  });
  HOLDS(end_of(sender) == 0);
  HOLDS(kill(target, SIGKILL) == 0 && end_of(target) == -SIGKILL);
  return 0;
}
