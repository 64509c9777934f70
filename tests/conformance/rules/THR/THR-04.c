/* trylock on a held one EBUSY; timedlock ETIMEDOUT. */
#include "../threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *want_it(void *unused) {
  HOLDS(pthread_mutex_trylock(&mutex) == EBUSY);
  const struct timespec deadline = after_milliseconds(40);
  HOLDS(pthread_mutex_timedlock(&mutex, &deadline) == ETIMEDOUT);
  HOLDS(has_come(&deadline));
  return unused;
}

int main(void) {
  HOLDS(pthread_mutex_trylock(&mutex) == 0);
  in_another_thread(want_it, NULL);
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  const struct timespec past = {.tv_sec = 1};
  HOLDS(pthread_mutex_timedlock(&mutex, &past) == 0);
  return 0;
}
