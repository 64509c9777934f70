/* The child inherits descriptors, dispositions, signal mask, directory, umask, ids, group, session, nice value,
 * mappings. */
#include "../rule.h"

#include <sys/resource.h>

static void on_signal(int number) { (void)number; }

int main(void) {
  sigset_t set;
  int ends = open("file", O_RDWR | O_CREAT, 0600);
  HOLDS(ends >= 0);
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, SIG_IGN);
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  HOLDS(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
  umask(027);
  HOLDS(nice(3) >= 0);
  const pid_t group = getpgrp(), session = getsid(0);
  const int nice_value = getpriority(PRIO_PROCESS, 0);
  const pid_t child = CHILD({
    struct sigaction now;
    HOLDS(sigaction(SIGUSR1, NULL, &now) == 0 && now.sa_handler == on_signal);
    HOLDS(sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
    HOLDS(sigprocmask(SIG_BLOCK, NULL, &set) == 0 && sigismember(&set, SIGHUP) && !sigismember(&set, SIGINT));
    HOLDS(umask(0) == 027 && getpgrp() == group && getsid(0) == session);
    HOLDS(getpriority(PRIO_PROCESS, 0) == nice_value);
    HOLDS(write(ends, "child", 5) == 5);
  });
  HOLDS(end_of(child) == 0);
  HOLDS(lseek(ends, 0, SEEK_CUR) == 5);
  return 0;
}
