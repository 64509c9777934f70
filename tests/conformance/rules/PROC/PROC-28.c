/* waitid fills si_pid, si_status, si_code (CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_STOPPED, CLD_CONTINUED); WNOWAIT
 * leaves the child waitable. */
#include "../rule.h"

int main(void) {
  siginfo_t info;
  const pid_t child = CHILD({ for (;;) pause(); });
  HOLDS(kill(child, SIGSTOP) == 0 && waitid(P_PID, (id_t)child, &info, WSTOPPED) == 0);
  HOLDS(info.si_code == CLD_STOPPED && info.si_status == SIGSTOP && info.si_pid == child);
  HOLDS(kill(child, SIGCONT) == 0 && waitid(P_ALL, 0, &info, WCONTINUED) == 0);
  HOLDS(info.si_code == CLD_CONTINUED && info.si_status == SIGCONT && info.si_signo == SIGCHLD);
  HOLDS(kill(child, SIGTERM) == 0 && waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
  HOLDS(info.si_code == CLD_KILLED && info.si_status == SIGTERM);
  HOLDS(waitid(P_PID, (id_t)child, &info, WEXITED) == 0 && info.si_code == CLD_KILLED);
  FAILS(waitid(P_PID, (id_t)child, &info, WEXITED), ECHILD);
  const pid_t other = CHILD({ _exit(77); });
  HOLDS(waitid(P_PID, (id_t)other, &info, WEXITED) == 0);
  HOLDS(info.si_code == CLD_EXITED && info.si_status == 77 && info.si_pid == other && info.si_uid == getuid());
  return 0;
}
