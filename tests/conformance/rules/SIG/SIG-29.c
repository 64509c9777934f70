/* alarm: one per process, a new one replaces and returns the seconds left, 0 cancels. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGALRM; }

int main(void) {
  signal(SIGALRM, on_signal);
  HOLDS(alarm(100) == 0);
  HOLDS(alarm(50) == 100);
  HOLDS(alarm(0) == 50);
  HOLDS(alarm(0) == 0);
  HOLDS(alarm(1) == 0);
  FAILS(pause(), EINTR);
  HOLDS(runs == 1);
  HOLDS(alarm(0) == 0);
  return 0;
}
