/* SETVAL and SETALL clear undo values of all processes. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t child = CHILD({
    char byte;
    HOLDS(change(set, 0, 4, SEM_UNDO) == 0 && change(set, 1, 4, SEM_UNDO) == 0);
    HOLDS(read(ends[0], &byte, 1) == 1);
  });
  let_others_run();
  HOLDS(set_value(set, 0, 10) == 0);
  HOLDS(write(ends[1], "!", 1) == 1);
  HOLDS(end_of(child) == 0);
  HOLDS(value(set, 0) == 10 && value(set, 1) == 0);
  unsigned short values[2] = {7, 7};
  const pid_t other = CHILD({
    HOLDS(change(set, 1, 4, SEM_UNDO) == 0);
    HOLDS(semctl(set, 0, SETALL, (union semun){.array = values}) == 0);
  });
  HOLDS(end_of(other) == 0 && value(set, 0) == 7 && value(set, 1) == 7);
  return 0;
}
