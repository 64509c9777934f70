/* Error-checking mutex: relock EDEADLK, unlock by another or when free EPERM. */
#include "../threads.h"

static pthread_mutex_t mutex;

static void *unlock_anothers(void *unused) {
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  return unused;
}

int main(void) {
  make_mutex(&mutex, PTHREAD_MUTEX_ERRORCHECK);
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  HOLDS(pthread_mutex_lock(&mutex) == EDEADLK);
  in_another_thread(unlock_anothers, NULL);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  HOLDS(pthread_mutex_unlock(&mutex) == EPERM);
  return 0;
}
