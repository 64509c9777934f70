/* SIGPIPE goes to the thread that wrote. */
#include "../rule.h"
#include <pthread.h>

static int end;
static volatile sig_atomic_t handlers;
static pthread_t who;

static void note(int number) {
  handlers += number == SIGPIPE;
  who = pthread_self();
}

static void *write_to_nobody(void *unused) {
  (void)unused;
  HOLDS(write(end, "x", 1) == -1 && errno == EPIPE);
  HOLDS(handlers == 1 && pthread_equal(who, pthread_self()));
  return NULL;
}

int main(void) {
  int ends[2];
  pthread_t writer;
  HOLDS(signal(SIGPIPE, note) != SIG_ERR);
  HOLDS(pipe(ends) == 0 && close(ends[0]) == 0);
  end = ends[1];
  HOLDS(pthread_create(&writer, NULL, write_to_nobody, NULL) == 0);
  HOLDS(pthread_join(writer, NULL) == 0);
  HOLDS(handlers == 1);
  return 0;
}
