/* Error-checking mutex: relock EDEADLK, unlock by another or when free EPERM. */
#include "../rule.h"

#include <pthread.h>

static pthread_mutex_t mutex;

static void *unlock_anothers(void *unused) {
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  return unused;
}

int main(void) {
  pthread_mutexattr_t kind;
  HOLDS(pthread_mutexattr_init(&kind) == 0);
  HOLDS(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK) == 0);
  HOLDS(pthread_mutex_init(&mutex, &kind) == 0);
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  HOLDS(pthread_mutex_lock(&mutex) == EDEADLK);
  pthread_t other;
  HOLDS(pthread_create(&other, NULL, unlock_anothers, NULL) == 0 && pthread_join(other, NULL) == 0);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  return 0;
}
