/* SA_NODEFER allows the same signal to nest. */
#include "../rule.h"

static volatile sig_atomic_t depth, deepest, runs;
static void on_signal(int number) {
  if (++depth > deepest) deepest = depth;
  if (++runs < 3) HOLDS(raise(number) == 0);
  --depth;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(runs == 3 && deepest == 3);
  action.sa_flags = 0;
  runs = deepest = 0;
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(runs == 3 && deepest == 1);
  return 0;
}
