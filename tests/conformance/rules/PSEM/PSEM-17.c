/* sem_post is safe inside a signal handler. */
#include "../rule.h"

#include <semaphore.h>
#include <sys/time.h>

static sem_t semaphore;

static void on_alarm(int number) {
  (void)number;
  HOLDS(sem_post(&semaphore) == 0);
}

int main(void) {
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  const struct sigaction action = {.sa_handler = on_alarm};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval soon = {.it_value = {.tv_usec = 20 * 1000}};
  for (int i = 0; i < 3; ++i) {
    HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    while (sem_wait(&semaphore) != 0) HOLDS(errno == EINTR);
    FAILS(sem_trywait(&semaphore), EAGAIN);
  }
  return 0;
}
