/* Without SA_RESTART every interruptible blocking call gives EINTR. */
#include "../rule.h"

#include <semaphore.h>

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }
static pid_t interrupter(void) {
  return CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR1) == 0);
    let_others_run();
    let_others_run();
  });
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  int ends[2], status;
  char byte;
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  HOLDS(pipe(ends) == 0);
  pid_t child = interrupter();
  FAILS(read(ends[0], &byte, 1), EINTR);
  HOLDS(end_of(child) == 0);
  child = interrupter();
  FAILS(waitpid(child, &status, 0), EINTR);
  HOLDS(end_of(child) == 0);
  sem_t semaphore;
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  child = interrupter();
  FAILS(sem_wait(&semaphore), EINTR);
  HOLDS(end_of(child) == 0);
  HOLDS(runs == 3);
  return 0;
}
