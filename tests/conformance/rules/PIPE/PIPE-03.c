/* A read returns as soon as any byte is there, with fewer bytes than asked if need be. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char bytes[100];
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    let_others_run();
    HOLDS(write(ends[1], "abc", 3) == 3);
  });
  HOLDS(read(ends[0], bytes, sizeof bytes) == 3 && memcmp(bytes, "abc", 3) == 0);
  HOLDS(end_of(writer) == 0);
  return 0;
}
