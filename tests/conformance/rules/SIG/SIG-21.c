/* Pending set per thread plus one shared by the process; sigpending shows the union. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t has_sent, may_end;
static void *other(void *unused) {
  sigset_t now;
  HOLDS(raise(SIGUSR1) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR1) && !sigismember(&now, SIGHUP));
  HOLDS(sem_post(&has_sent) == 0 && sem_wait(&may_end) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR1) && sigismember(&now, SIGUSR2));
  return unused;
}

int main(void) {
  sigset_t set, now;
  pthread_t thread;
  sigfillset(&set);
  HOLDS(pthread_sigmask(SIG_SETMASK, &set, NULL) == 0);
  HOLDS(sem_init(&has_sent, 0, 0) == 0 && sem_init(&may_end, 0, 0) == 0);
  HOLDS(pthread_create(&thread, NULL, other, NULL) == 0);
  HOLDS(sem_wait(&has_sent) == 0);
  HOLDS(sigpending(&now) == 0 && !sigismember(&now, SIGUSR1));
  HOLDS(kill(getpid(), SIGUSR2) == 0);
  HOLDS(sigpending(&now) == 0 && sigismember(&now, SIGUSR2) && !sigismember(&now, SIGUSR1));
  HOLDS(sem_post(&may_end) == 0);
  HOLDS(pthread_join(thread, NULL) == 0);
  return 0;
}
