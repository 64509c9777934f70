/* cond_timedwait returns ETIMEDOUT holding the mutex. */
#include "../threads.h"

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
  int result = -1;
  in_another_thread(try_it, &result);
  HOLDS(result == EBUSY);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return 0;
}
