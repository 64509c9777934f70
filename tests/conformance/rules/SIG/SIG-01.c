/* Default action table: Term (HUP INT KILL PIPE ALRM TERM USR1 USR2 IO PROF VTALRM RT), Core (QUIT ILL TRAP ABRT BUS
 * FPE SEGV SYS XCPU XFSZ), Ign (CHLD URG WINCH), Stop (STOP TSTP TTIN TTOU), Cont (CONT). */
#include "../rule.h"

#include <sys/resource.h>

static int end_by(int number) {
  const struct rlimit none = {0, 0};
  const pid_t child = CHILD({
    setrlimit(RLIMIT_CORE, &none);
    raise(number);
    raise(number);
  });
  return end_of(child);
}

int main(void) {
  static const int terminate[] = {SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGIO, SIGPROF, SIGVTALRM};
  static const int core[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU, SIGXFSZ};
  static const int ignore[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (unsigned i = 0; i < sizeof terminate / sizeof *terminate; ++i) HOLDS(end_by(terminate[i]) == -terminate[i]);
  for (unsigned i = 0; i < sizeof core / sizeof *core; ++i) HOLDS(end_by(core[i]) == -core[i]);
  for (unsigned i = 0; i < sizeof ignore / sizeof *ignore; ++i) HOLDS(end_by(ignore[i]) == 0);
  HOLDS(end_by(SIGRTMIN) == -SIGRTMIN);
  HOLDS(end_by(SIGRTMAX) == -SIGRTMAX);
  return 0;
}
