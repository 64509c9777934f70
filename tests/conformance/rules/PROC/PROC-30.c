/* A group that becomes orphaned with a stopped member gets SIGHUP and SIGCONT. */
#include "../rule.h"

#include <sys/mman.h>

static volatile sig_atomic_t hangups, resumes;
static void on_signal(int number) { ++*(number == SIGHUP ? &hangups : &resumes); }

int main(void) {
  volatile int *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  HOLDS(seen != MAP_FAILED);
  const pid_t leader = CHILD({
    HOLDS(setsid() == getpid());
    const pid_t manager = CHILD({
      const pid_t member = CHILD({
        signal(SIGHUP, on_signal);
        signal(SIGCONT, on_signal);
        HOLDS(setpgid(0, 0) == 0);
        raise(SIGSTOP);
        seen[0] = hangups;
        seen[1] = resumes;
        seen[2] = 1;
      });
      int status;
      HOLDS(waitpid(member, &status, WUNTRACED) == member && WIFSTOPPED(status));
    });
    HOLDS(end_of(manager) == 0);
    for (int i = 0; i < 50 && !seen[2]; ++i) let_others_run();
  });
  HOLDS(end_of(leader) == 0);
  HOLDS(seen[2] == 1 && seen[0] == 1 && seen[1] == 1);
  return 0;
}
