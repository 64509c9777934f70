/* With several signals unblocked at once and an empty sa_mask, the handlers run in the opposite order: each new frame
 * is stacked on the previous one before it executes. With a full sa_mask they run in taking order. */
#include "../rule.h"

static volatile sig_atomic_t runs, order[8];
static void on_signal(int number) { order[runs++] = number; }

static void deliver_three(int with_full_mask) {
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t set;
  if (with_full_mask) sigfillset(&action.sa_mask);
  sigemptyset(&set);
  static const int numbers[] = {SIGHUP, SIGUSR1, SIGUSR2};
  for (int i = 0; i < 3; ++i) {
    HOLDS(sigaction(numbers[i], &action, NULL) == 0);
    sigaddset(&set, numbers[i]);
  }
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  for (int i = 0; i < 3; ++i) HOLDS(raise(numbers[i]) == 0);
  runs = 0;
  HOLDS(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  HOLDS(runs == 3);
  for (int i = 0; i < 3; ++i) HOLDS(order[i] == numbers[with_full_mask ? i : 2 - i]);
}

int main(void) {
  deliver_three(0);
  deliver_three(1);
  return 0;
}
