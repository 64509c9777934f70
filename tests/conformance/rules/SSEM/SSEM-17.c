/* An undo that would go below zero stops at zero on Linux. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  const pid_t child = CHILD({
    HOLDS(change(set, 0, 5, SEM_UNDO) == 0);
    HOLDS(change(set, 0, -3, 0) == 0);
  });
  HOLDS(end_of(child) == 0 && value(set, 0) == 0);
  return 0;
}
