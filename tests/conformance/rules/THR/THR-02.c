/* Recursive mutex: counts; free only after as many unlocks. */
#include "../threads.h"

static pthread_mutex_t mutex;

static void *try_it(void *result) {
  *(int *)result = pthread_mutex_trylock(&mutex);
  if (*(int *)result == 0) HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return NULL;
}

static int tried_by_another(void) {
  int result = -1;
  in_another_thread(try_it, &result);
  return result;
}

int main(void) {
  make_mutex(&mutex, PTHREAD_MUTEX_RECURSIVE);
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
