/* fork from a multi-threaded process: locks held by other threads stay locked for ever in the child. */
#include "../rule.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int is_held, may_release;

static void *hold(void *unused) {
  HOLDS(pthread_mutex_lock(&mutex) == 0);
  is_held = 1;
  while (!may_release) let_others_run();
  HOLDS(pthread_mutex_unlock(&mutex) == 0);
  return unused;
}

int main(void) {
  pthread_t holder;
  HOLDS(pthread_create(&holder, NULL, hold, NULL) == 0);
  while (!is_held) let_others_run();
  const pid_t child = CHILD({
    may_release = 1; /* its copy; the holder is not here */
    for (int i = 0; i < 3; ++i) {
      HOLDS(pthread_mutex_trylock(&mutex) == EBUSY);
      let_others_run();
    }
  });
  may_release = 1;
  HOLDS(pthread_join(holder, NULL) == 0);
  HOLDS(pthread_mutex_trylock(&mutex) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
