/* Recursive mutex: counts; free only after as many unlocks. */
#include "../rule.h"

#include <pthread.h>

static pthread_mutex_t mutex;

static void *try_it(void *result) {
  *(int *)result = pthread_mutex_trylock(&mutex);
  if (*(int *)result == 0) HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return NULL;
}

static int tried_by_another(void) {
  pthread_t other;
  int result = -1;
  HOLDS(pthread_create(&other, NULL, try_it, &result) == 0 && pthread_join(other, NULL) == 0);
  return result;
}

int main(void) {
  pthread_mutexattr_t kind;
  HOLDS(pthread_mutexattr_init(&kind) == 0);
  HOLDS(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE) == 0);
  HOLDS(pthread_mutex_init(&mutex, &kind) == 0);
  HOLDS(tried_by_another() == 0);
  for (int i = 0; i < 3; ++i) HOLDS(pthread_mutex_lock(&mutex) == 0);
  HOLDS(pthread_mutex_trylock(&mutex) == 0);
  for (int i = 0; i < 4; ++i) {
    HOLDS(tried_by_another() == EBUSY);
    HOLDS(pthread_mutex_unlock(&mutex) == 0);
  }
  HOLDS(tried_by_another() == 0);
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  return 0;
}
