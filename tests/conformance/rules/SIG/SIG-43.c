/* siglongjmp restores the mask only if sigsetjmp saved it. */
#include "../rule.h"

#include <setjmp.h>

static sigjmp_buf back;
static void on_signal(int number) {
  (void)number;
  siglongjmp(back, 1);
}
static int is_blocked(int number) {
  sigset_t now;
  HOLDS(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
  return sigismember(&now, number);
}

int main(void) {
  signal(SIGUSR1, on_signal);
  if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);
  HOLDS(!is_blocked(SIGUSR1));
  if (sigsetjmp(back, 0) == 0) raise(SIGUSR1);
  HOLDS(is_blocked(SIGUSR1));
  return 0;
}
