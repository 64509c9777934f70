/* The child's CPU-time counters start at zero. */
#include "../rule.h"

static long microseconds(void) {
  struct timespec used;
  HOLDS(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0);
  return used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

int main(void) {
  volatile unsigned long work = 0;
  while (microseconds() < 20 * 1000) ++work;
  const pid_t child = CHILD({ HOLDS(microseconds() < 15 * 1000); });
  HOLDS(end_of(child) == 0);
  HOLDS(microseconds() >= 20 * 1000);
  return 0;
}
