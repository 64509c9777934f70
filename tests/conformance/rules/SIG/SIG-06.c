/* An unblocked signal sent to oneself is delivered before kill returns. */
#include "../rule.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }

int main(void) {
  signal(SIGUSR1, on_signal);
  for (int i = 1; i <= 5; ++i) {
    HOLDS(kill(getpid(), SIGUSR1) == 0);
    HOLDS(runs == i);
  }
  return 0;
}
