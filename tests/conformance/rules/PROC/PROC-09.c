/* vfork suspends the parent until the child execs or exits. */
#include "../rule.h"

static volatile int steps;

static void on_signal(int number) { (void)number; }

/* The other part of this program, which exec begins. */
static int executed(void) {
  let_others_run();
  return 7;
}

int main(int argc, char **argv) {
  if (argc > 1) return executed();
  volatile int on_stack = 0;
  pid_t child = vfork();
  HOLDS(child >= 0);
  if (child == 0) {
    let_others_run();
    steps = 1;
    on_stack = 2;
    _exit(3);
  }
  HOLDS(steps == 1 && on_stack == 2); /* it has ended, in this memory */
  HOLDS(end_of(child) == 3);

  const pid_t parent = getpid();
  signal(SIGUSR1, on_signal);
  child = vfork();
  HOLDS(child >= 0);
  if (child == 0) {
    if (kill(parent, SIGUSR1) == 0) let_others_run(); /* does not end the wait */
    steps = 2;
    execl(argv[0], argv[0], "executed", NULL);
    _exit(1);
  }
  HOLDS(steps == 2);
  HOLDS(is_running(child)); /* the new program runs beside its parent */
  HOLDS(end_of(child) == 7);

  child = vfork();
  HOLDS(child >= 0);
  if (child == 0) {
    execl("/no/such/name-at-all", "none", NULL);
    steps = errno == ENOENT ? 3 : 0;
    _exit(4);
  }
  HOLDS(steps == 3);
  HOLDS(end_of(child) == 4);
  return 0;
}
