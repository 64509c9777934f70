/* signal wakes at least one, broadcast all. */
#include "../rule.h"

#include <pthread.h>

enum { waiters = 5 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken_up = PTHREAD_COND_INITIALIZER;
static int waiting, woken;

static void *wait_once(void *unused) {
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  ++waiting;
  HOLDS(pthread_cond_wait(&woken_up, &mutex) == 0);
  ++woken;
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return unused;
}

static int count(const int *of) {
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  const int now = *of;
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return now;
}

int main(void) {
  pthread_t threads[waiters];
  for (int i = 0; i < waiters; ++i) HOLDS(pthread_create(&threads[i], NULL, wait_once, NULL) == 0);
  while (count(&waiting) < waiters) let_others_run();
  HOLDS(pthread_cond_signal(&woken_up) == 0);
  let_others_run();
  HOLDS(count(&woken) >= 1);
  HOLDS(pthread_cond_broadcast(&woken_up) == 0);
  for (int i = 0; i < waiters; ++i) HOLDS(pthread_join(threads[i], NULL) == 0);
  HOLDS(woken == waiters);
  return 0;
}
