/* A read on an empty pipe with a writer blocks. */
#include "../rule.h"

int main(void) {
  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t reader = CHILD({
    char byte;
    HOLDS(read(ends[0], &byte, 1) == 1 && byte == 'x');
  });
  let_others_run();
  HOLDS(is_running(reader));
  HOLDS(write(ends[1], "x", 1) == 1);
  HOLDS(end_of(reader) == 0);
  return 0;
}
