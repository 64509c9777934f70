/* sem_wait is interrupted with EINTR without SA_RESTART. */
#include "../rule.h"

#include <semaphore.h>
#include <sys/time.h>

static sem_t semaphore;
static volatile sig_atomic_t came;

static void on_alarm(int number) {
  (void)number;
  ++came;
  if (came == 3) sem_post(&semaphore);
}

static void arrange(int flags, int alarms) {
  const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
  const struct timeval time = {.tv_usec = 30 * 1000};
  const struct itimerval timer = {.it_value = time, .it_interval = alarms > 1 ? time : (struct timeval){0}};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  HOLDS(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

int main(void) {
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  arrange(0, 1);
  FAILS(sem_wait(&semaphore), EINTR);
  HOLDS(came == 1);
  arrange(SA_RESTART, 2);
  HOLDS(sem_wait(&semaphore) == 0 && came == 3);
  return 0;
}
