/* Permission: sender's real or effective uid equals target's real or saved uid, or privilege. */
#include "../rule.h"

int main(void) {
  const int was_privileged = geteuid() == 0;
  const pid_t mine = CHILD({ for (;;) pause(); });
  const pid_t theirs = CHILD({
    if (was_privileged) HOLDS(setuid(12345) == 0);
    for (;;) pause();
  });
  const pid_t other = CHILD({
    let_others_run();
    if (was_privileged) {
      HOLDS(setuid(54321) == 0);
      FAILS(kill(mine, SIGTERM), EPERM);
      FAILS(kill(theirs, SIGTERM), EPERM);
    } else {
      HOLDS(kill(mine, SIGTERM) == 0);
    }
    HOLDS(kill(getpid(), SIGURG) == 0);
  });
  HOLDS(end_of(other) == 0);
  HOLDS(kill(theirs, SIGTERM) == 0 && end_of(theirs) == -SIGTERM);
  HOLDS(!was_privileged || is_running(mine));
  HOLDS(kill(mine, SIGTERM) == 0 || errno == ESRCH);
  HOLDS(end_of(mine) == -SIGTERM);
  return 0;
}
