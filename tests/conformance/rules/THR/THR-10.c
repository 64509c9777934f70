/* A signal with nobody waiting is lost. */
#include "../rule.h"

#include <pthread.h>

int main(void) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t nobody = PTHREAD_COND_INITIALIZER;
  HOLDS(pthread_cond_signal(&nobody) == 0 && pthread_cond_broadcast(&nobody) == 0);
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  const struct timespec deadline = after_milliseconds(40);
  HOLDS(pthread_cond_timedwait(&nobody, &mutex, &deadline) == ETIMEDOUT);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return 0;
}
