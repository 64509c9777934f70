/* A thread that has ended: pthread_kill gives ESRCH or is undefined; with signal 0 only checks. */
#include "../rule.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t may_end;
static void *other(void *unused) {
  while (sem_wait(&may_end) != 0) {
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  HOLDS(sem_init(&may_end, 0, 0) == 0);
  HOLDS(pthread_create(&thread, NULL, other, NULL) == 0);
  HOLDS(pthread_kill(thread, 0) == 0);
  HOLDS(pthread_kill(thread, 99) == EINVAL);
  HOLDS(sem_post(&may_end) == 0);
  let_others_run();
  const int error = pthread_kill(thread, 0);
  HOLDS(error == 0 || error == ESRCH);
  HOLDS(pthread_join(thread, NULL) == 0);
  return 0;
}
