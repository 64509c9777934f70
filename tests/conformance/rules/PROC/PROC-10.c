/* exec resets caught signals to default and leaves ignored ones ignored. */
#include "../rule.h"

static void on_signal(int number) { (void)number; }

int main(int argc, char **argv) {
  struct sigaction now;
  if (argc > 1) {
    HOLDS(sigaction(SIGUSR1, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    HOLDS(sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
    return 0;
  }
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, SIG_IGN);
  execl(argv[0], argv[0], "again", NULL);
  HOLDS(!"exec comes back");
}
