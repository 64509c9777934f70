/* fork returns 0 in the child, the child's id in the parent; the child has one thread, a copy of the caller. */
#include "../rule.h"

int main(void) {
  const pid_t before = getpid();
  const pid_t child = fork();
  HOLDS(child >= 0);
  if (child == 0) {
    HOLDS(getpid() != before && getppid() == before);
    _exit(5);
  }
  HOLDS(getpid() == before);
  HOLDS(end_of(child) == 5);
  return 0;
}
