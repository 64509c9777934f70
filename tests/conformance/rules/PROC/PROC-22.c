/* An orphan is re-parented to init or to the nearest sub-reaper, which can wait for it. */
#include "../rule.h"

#include <sys/prctl.h>

int main(void) {
  HOLDS(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  const pid_t parent = CHILD({
    const pid_t orphan = CHILD({
      let_others_run();
      _exit(8);
    });
    _exit(orphan > 0 ? 0 : 1);
  });
  HOLDS(end_of(parent) == 0);
  int status;
  const pid_t orphan = wait(&status);
  HOLDS(orphan > 0 && orphan != parent && WIFEXITED(status) && WEXITSTATUS(status) == 8);
  return 0;
}
