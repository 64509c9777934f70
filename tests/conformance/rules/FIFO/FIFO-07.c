/* A blocked open is interrupted with EINTR (restarted under SA_RESTART). */
#include "../rule.h"

static volatile sig_atomic_t caught;

static void note(int number) { caught += number == SIGUSR1; }

static pid_t opener(int flags) {
  return CHILD({
    struct sigaction action = {.sa_handler = note, .sa_flags = flags};
    HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
    const int fd = open("fifo", O_RDONLY);
    HOLDS(caught == 1);
    HOLDS(flags == 0 ? fd == -1 && errno == EINTR : fd >= 0);
  });
}

int main(void) {
  HOLDS(mkfifo("fifo", 0600) == 0);
  pid_t child = opener(0);
  let_others_run();
  HOLDS(is_running(child) && kill(child, SIGUSR1) == 0);
  HOLDS(end_of(child) == 0);
  FAILS(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO); /* it counts as a reader no more */
  child = opener(SA_RESTART);
  let_others_run();
  HOLDS(kill(child, SIGUSR1) == 0);
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(open("fifo", O_WRONLY) >= 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
