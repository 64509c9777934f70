/* Undo is not inherited by fork and survives exec. */
#include "../sysv.h"

int main(int count, char **words) {
  if (count > 1) return value(atoi(words[1]), 0) == 3 ? 0 : 1; /* the program that a child became */
  const int set = new_set(1);
  const pid_t parent = CHILD({
    HOLDS(change(set, 0, 2, SEM_UNDO) == 0);
    const pid_t grandchild = CHILD({});
    HOLDS(end_of(grandchild) == 0 && value(set, 0) == 2);
  });
  HOLDS(end_of(parent) == 0 && value(set, 0) == 0);
  const pid_t other = CHILD({
    char number[16];
    snprintf(number, sizeof number, "%d", set);
    HOLDS(change(set, 0, 3, SEM_UNDO) == 0);
    execl(words[0], words[0], number, (char *)NULL);
  });
  HOLDS(end_of(other) == 0 && value(set, 0) == 0);
  return 0;
}
