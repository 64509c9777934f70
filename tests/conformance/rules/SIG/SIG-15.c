/* SA_RESETHAND: default action again from the moment the handler is entered. */
#include "../rule.h"

static volatile sig_atomic_t is_default;
static void on_signal(int number) {
  struct sigaction now;
  HOLDS(sigaction(number, NULL, &now) == 0);
  is_default = now.sa_handler == SIG_DFL;
}

int main(void) {
  const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};
  const pid_t child = CHILD({
    HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
    HOLDS(raise(SIGUSR1) == 0);
    HOLDS(is_default);
    raise(SIGUSR1);
  });
  HOLDS(end_of(child) == -SIGUSR1);
  return 0;
}
