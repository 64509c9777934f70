/* Holding a mutex and calling fork: see PROC-08. The one who forks holds it on both sides. */
#include "../rule.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  const pid_t child = CHILD({
    HOLDS(pthread_mutex_trylock(&mutex) == EBUSY);
    HOLDS(pthread_mutex_unlock(&mutex) == 0);
    HOLDS(pthread_mutex_lock(&mutex) == 0);
  });
  HOLDS(end_of(child) == 0);
  HOLDS(pthread_mutex_trylock(&mutex) == EBUSY);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return 0;
}
