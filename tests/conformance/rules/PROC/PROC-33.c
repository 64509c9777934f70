/* exit from any thread ends the process; pthread_exit in main does not, and the status is then 0 unless another
 * thread exits. */
#include "../rule.h"

#include <pthread.h>

static void *end_all(void *unused) {
  (void)unused;
  exit(11);
}
static void *end_later(void *unused) {
  let_others_run();
  return unused;
}

int main(void) {
  pthread_t thread;
  const pid_t first = CHILD({
    HOLDS(pthread_create(&thread, NULL, end_all, NULL) == 0);
    for (;;) pause();
  });
  HOLDS(end_of(first) == 11);
  const pid_t second = CHILD({
    HOLDS(pthread_create(&thread, NULL, end_later, NULL) == 0);
    pthread_exit(NULL);
  });
  HOLDS(end_of(second) == 0);
  return 0;
}
