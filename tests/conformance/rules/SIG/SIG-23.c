/* A thread-directed signal (pthread_kill, tgkill, a fault) goes to that thread only. */
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
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  HOLDS(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(sem_post(&ready) == 0);
  while (sem_wait(&may_end) != 0) {
  }
  HOLDS(sigpending(&set) == 0 && sigismember(&set, SIGUSR2));
  return unused;
}

int main(void) {
  pthread_t thread;
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, on_signal);
  HOLDS(sem_init(&ready, 0, 0) == 0 && sem_init(&may_end, 0, 0) == 0);
  HOLDS(pthread_create(&thread, NULL, other, NULL) == 0);
  HOLDS(sem_wait(&ready) == 0);
  HOLDS(pthread_kill(thread, SIGUSR1) == 0);
  let_others_run();
  HOLDS(pthread_equal(taker, thread));
  taker = 0;
  HOLDS(pthread_kill(thread, SIGUSR2) == 0);
  let_others_run();
  HOLDS(taker == 0);
  HOLDS(sem_post(&may_end) == 0);
  HOLDS(pthread_join(thread, NULL) == 0);
  return 0;
}
