/* setpgid: EPERM for a session leader or across sessions, EACCES once the child has exec'd, ESRCH for a stranger,
 * EINVAL if negative. */
#include "../rule.h"

static void tell(int fd) { HOLDS(write(fd, "!", 1) == 1); }
static void await(int fd) {
  char byte;
  HOLDS(read(fd, &byte, 1) == 1);
}

int main(int count, char **words) {
  if (count > 1) { /* the program that the child became */
    tell(3);
    pause();
  }
  FAILS(setpgid(0, -1), EINVAL);
  FAILS(setpgid(getppid(), 0), ESRCH);

  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t leader = CHILD({
    HOLDS(setsid() == getpid());
    FAILS(setpgid(0, 0), EPERM);
    tell(ends[1]);
    pause();
  });
  await(ends[0]);
  FAILS(setpgid(leader, leader), EPERM);
  FAILS(setpgid(0, leader), EPERM);

  const pid_t other = CHILD({
    HOLDS(dup2(ends[1], 3) == 3);
    execl(words[0], words[0], "exec'd", (char *)NULL);
    HOLDS(!"exec");
  });
  await(ends[0]);
  FAILS(setpgid(other, other), EACCES);

  const pid_t fresh = CHILD({ pause(); });
  HOLDS(setpgid(fresh, fresh) == 0 && getpgid(fresh) == fresh);
  const pid_t all[] = {leader, other, fresh};
  for (int i = 0; i < 3; ++i) HOLDS(kill(all[i], SIGKILL) == 0 && end_of(all[i]) == -SIGKILL);
  return 0;
}
