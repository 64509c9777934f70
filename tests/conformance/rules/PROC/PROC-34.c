/* RUSAGE_CHILDREN counts a child only after it was waited for. */
#include "../rule.h"

#include <sys/resource.h>

static double used_by_children(void) {
  struct rusage usage;
  HOLDS(getrusage(RUSAGE_CHILDREN, &usage) == 0);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int main(void) {
  siginfo_t info;
  const pid_t child = CHILD({
    for (volatile long i = 0; i < 30 * 1000 * 1000; ++i) {
    }
  });
  HOLDS(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
  HOLDS(used_by_children() < 0.005);
  HOLDS(end_of(child) == 0);
  HOLDS(used_by_children() >= 0.005);
  return 0;
}
