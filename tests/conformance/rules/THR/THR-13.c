/* cond_timedwait returns ETIMEDOUT holding the mutex. */
#include "../rule.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *try_it(void *result) {
  *(int *)result = pthread_mutex_trylock(&mutex);
  return NULL;
}

int main(void) {
  pthread_cond_t never = PTHREAD_COND_INITIALIZER;
  const struct timespec past = {.tv_sec = 1};
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  HOLDS(pthread_cond_timedwait(&never, &mutex, &past) == ETIMEDOUT);
  pthread_t other;
  int result = -1;
  HOLDS(pthread_create(&other, NULL, try_it, &result) == 0 && pthread_join(other, NULL) == 0);
  HOLDS(result == EBUSY);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return 0;
}
