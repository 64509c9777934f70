/* End of file needs every copy of the write end closed in every process, the reader's own copy included. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char byte;
  HOLDS(pipe(ends) == 0);
  const pid_t holder = CHILD({
    close(ends[0]);
    let_others_run();
    let_others_run();
  });
  const pid_t reader = CHILD({
    close(ends[1]);
    HOLDS(read(ends[0], &byte, 1) == 0);
  });
  close(ends[1]);
  let_others_run();
  HOLDS(is_running(reader)); /* the holder has not closed its copy */
  HOLDS(end_of(holder) == 0);
  HOLDS(end_of(reader) == 0);

  HOLDS(pipe(ends) == 0);
  const pid_t forgetful = CHILD(read(ends[0], &byte, 1)); /* waits for itself */
  close(ends[0]);
  close(ends[1]);
  let_others_run();
  HOLDS(is_running(forgetful));
  kill(forgetful, SIGKILL);
  HOLDS(end_of(forgetful) == -SIGKILL);
  return 0;
}
