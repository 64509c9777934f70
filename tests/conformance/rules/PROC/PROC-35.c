/* A signal that kills by default kills the whole process, whichever thread it hits. */
#include "../rule.h"

#include <pthread.h>

static void *sleep_on(void *unused) {
  for (;;) pause();
  return unused;
}

int main(void) {
  pthread_t thread;
  const pid_t child = CHILD({
    HOLDS(pthread_create(&thread, NULL, sleep_on, NULL) == 0);
    HOLDS(pthread_kill(thread, SIGTERM) == 0);
    for (;;) pause();
  });
  HOLDS(end_of(child) == -SIGTERM);
  return 0;
}
