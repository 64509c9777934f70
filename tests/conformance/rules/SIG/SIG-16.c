/* SA_RESTART restarts read/write on slow files, wait*, FIFO open, socket calls without timeouts, locks, mq_*,
 * sem_wait. */
#include "../rule.h"

#include <semaphore.h>

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }
static pid_t interrupter(pid_t whom) {
  return CHILD({
    let_others_run();
    HOLDS(kill(whom, SIGUSR1) == 0);
    let_others_run();
  });
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  int ends[2], status;
  char byte = 0;
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR1) == 0);
    let_others_run();
    HOLDS(write(ends[1], "x", 1) == 1);
  });
  HOLDS(read(ends[0], &byte, 1) == 1 && byte == 'x' && runs == 1);
  HOLDS(end_of(writer) == 0);
  const pid_t child = interrupter(getpid());
  HOLDS(wait(&status) == child && runs == 2);
  sem_t semaphore;
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  HOLDS(sem_post(&semaphore) == 0 && sem_wait(&semaphore) == 0);
  return 0;
}
