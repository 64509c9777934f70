/* Joining oneself EDEADLK; joining twice or a detached thread is an error (ESRCH/EINVAL, not probed). */
#include "../rule.h"

#include <pthread.h>

static void *sleep_on(void *unused) {
  let_others_run();
  return unused;
}

int main(void) {
  HOLDS(pthread_join(pthread_self(), NULL) == EDEADLK);
  pthread_t other;
  HOLDS(pthread_create(&other, NULL, sleep_on, NULL) == 0);
  HOLDS(pthread_detach(other) == 0);
  HOLDS(pthread_join(other, NULL) == EINVAL && pthread_detach(other) == EINVAL);
  let_others_run();
  return 0;
}
