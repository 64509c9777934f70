/* rwlock: many readers or one writer; try variants EBUSY; relock by the writer EDEADLK. */
#include "../threads.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

struct Tried {
  int reading, writing;
};

static void *try_both(void *to) {
  struct Tried *const tried = to;
  tried->reading = pthread_rwlock_tryrdlock(&lock);
  if (tried->reading == 0) HOLDS(pthread_rwlock_unlock(&lock) == 0);
  tried->writing = pthread_rwlock_trywrlock(&lock);
  if (tried->writing == 0) HOLDS(pthread_rwlock_unlock(&lock) == 0);
  return NULL;
}

static struct Tried tried_by_another(void) {
  struct Tried tried;
  in_another_thread(try_both, &tried);
  return tried;
}

int main(void) {
  struct Tried tried = tried_by_another();
  HOLDS(tried.reading == 0 && tried.writing == 0);
  HOLDS(pthread_rwlock_rdlock(&lock) == 0 && pthread_rwlock_rdlock(&lock) == 0);
  tried = tried_by_another();
  HOLDS(tried.reading == 0 && tried.writing == EBUSY);
  HOLDS(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
  HOLDS(pthread_rwlock_wrlock(&lock) == 0);
  tried = tried_by_another();
  HOLDS(tried.reading == EBUSY && tried.writing == EBUSY);
  HOLDS(pthread_rwlock_wrlock(&lock) == EDEADLK && pthread_rwlock_rdlock(&lock) == EDEADLK);
  HOLDS(pthread_rwlock_unlock(&lock) == 0);
  tried = tried_by_another();
  HOLDS(tried.reading == 0 && tried.writing == 0);
  return 0;
}
