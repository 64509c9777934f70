/* A process-directed signal goes to one thread that does not block it; Linux prefers the main thread. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

static volatile pthread_t taker;
static sem_t ready, may_end;
static void on_signal(int number) {
  (void)number;
  taker = pthread_self();
}
static void *other(void *unused) {
  HOLDS(sem_post(&ready) == 0);
  while (sem_wait(&may_end) != 0) {
  }
  return unused;
}

int main(void) {
  sigset_t set;
  pthread_t thread;
  signal(SIGUSR1, on_signal);
  HOLDS(sem_init(&ready, 0, 0) == 0 && sem_init(&may_end, 0, 0) == 0);
  HOLDS(pthread_create(&thread, NULL, other, NULL) == 0);
  HOLDS(sem_wait(&ready) == 0);
  let_others_run();
  const pid_t first = CHILD({ HOLDS(kill(getppid(), SIGUSR1) == 0); });
  HOLDS(end_of(first) == 0);
  HOLDS(pthread_equal(taker, pthread_self()));
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  HOLDS(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
  taker = 0;
  const pid_t second = CHILD({ HOLDS(kill(getppid(), SIGUSR1) == 0); });
  HOLDS(end_of(second) == 0);
  let_others_run();
  HOLDS(pthread_equal(taker, thread));
  HOLDS(sem_post(&may_end) == 0);
  HOLDS(pthread_join(thread, NULL) == 0);
  return 0;
}
