/* Blocked readers (and writers) are served in arrival order; Linux does this (probed), POSIX is silent. */
#include "../rule.h"

enum { waiters = 3 };

int main(void) {
  int ends[2];
  pid_t children[waiters];
  static char full[65536];
  HOLDS(pipe(ends) == 0);
  for (int i = 0; i < waiters; ++i) {
    children[i] = CHILD({
      char number;
      HOLDS(read(ends[0], &number, 1) == 1);
      HOLDS(number == i);
    });
    let_others_run();
  }
  for (char i = 0; i < waiters; ++i) HOLDS(write(ends[1], &i, 1) == 1);
  for (int i = 0; i < waiters; ++i) HOLDS(end_of(children[i]) == 0);

  HOLDS(write(ends[1], full, sizeof full) == sizeof full);
  for (int i = 0; i < waiters; ++i) {
    children[i] = CHILD({
      char page[4096];
      memset(page, 'a' + i, sizeof page);
      HOLDS(write(ends[1], page, sizeof page) == sizeof page);
    });
    let_others_run();
  }
  for (size_t done = 0; done < sizeof full; done += 4096) HOLDS(read(ends[0], full, 4096) == 4096);
  for (int i = 0; i < waiters; ++i) HOLDS(read(ends[0], full, 4096) == 4096 && full[0] == 'a' + i);
  for (int i = 0; i < waiters; ++i) HOLDS(end_of(children[i]) == 0);
  return 0;
}
