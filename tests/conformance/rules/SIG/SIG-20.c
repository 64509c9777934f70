/* Mask per thread, disposition per process. */
#include "../rule.h"

#include <pthread.h>

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }
static void *other(void *blocked) {
  sigset_t now;
  struct sigaction action;
  HOLDS(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0);
  *(int *)blocked = sigismember(&now, SIGUSR2);
  sigaddset(&now, SIGHUP);
  HOLDS(pthread_sigmask(SIG_SETMASK, &now, NULL) == 0);
  HOLDS(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == on_signal);
  signal(SIGUSR1, SIG_IGN);
  return NULL;
}

int main(void) {
  sigset_t set;
  struct sigaction action;
  pthread_t thread;
  int blocked = 0;
  signal(SIGUSR1, on_signal);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  HOLDS(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
  HOLDS(pthread_create(&thread, NULL, other, &blocked) == 0);
  HOLDS(pthread_join(thread, NULL) == 0);
  HOLDS(blocked);
  HOLDS(pthread_sigmask(SIG_BLOCK, NULL, &set) == 0);
  HOLDS(!sigismember(&set, SIGHUP) && sigismember(&set, SIGUSR2));
  HOLDS(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
  return 0;
}
