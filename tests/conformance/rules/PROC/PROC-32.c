/* setsid: EPERM for a group leader; otherwise new session and group, no terminal. */
#include "../rule.h"

int main(void) {
  const pid_t leader = CHILD({
    HOLDS(setpgid(0, 0) == 0);
    FAILS(setsid(), EPERM);
  });
  HOLDS(end_of(leader) == 0);
  const pid_t other = CHILD({
    const pid_t self = getpid();
    HOLDS(setsid() == self && getsid(0) == self && getpgrp() == self);
    FAILS(setsid(), EPERM);
  });
  HOLDS(end_of(other) == 0);
  return 0;
}
