/* A blocked write interrupted after part of the data went in returns the partial count; before any, EINTR. */
#include "../rule.h"

static void wake(int number) { (void)number; }

static char bytes[100000];

/* Writes to a full pipe, or an empty one, until a signal comes. */
static pid_t writer(int end, size_t size, ssize_t wanted) {
  return CHILD({
    struct sigaction action = {.sa_handler = wake}; /* without SA_RESTART */
    HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
    const ssize_t written = write(end, bytes, size);
    HOLDS(wanted >= 0 ? written == wanted : written == -1 && errno == EINTR);
  });
}

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0);
  pid_t child = writer(ends[1], sizeof bytes, 65536);
  let_others_run();
  HOLDS(is_running(child) && kill(child, SIGUSR1) == 0);
  HOLDS(end_of(child) == 0);
  child = writer(ends[1], 1, -1); /* now it is full */
  let_others_run();
  HOLDS(is_running(child) && kill(child, SIGUSR1) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
