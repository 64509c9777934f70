/* A write with no reader raises SIGPIPE in the writer; default action kills it. */
#include "../rule.h"

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    close(ends[0]);
    let_others_run(); /* until the other reader has gone */
    write(ends[1], "x", 1);
  });
  close(ends[0]);
  HOLDS(end_of(writer) == -SIGPIPE);
  return 0;
}
