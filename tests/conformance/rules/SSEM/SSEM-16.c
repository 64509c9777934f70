/* SEM_UNDO restores at process end. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  HOLDS(set_value(set, 0, 5) == 0);
  const pid_t child = CHILD({
    HOLDS(change(set, 0, -3, SEM_UNDO) == 0 && change(set, 0, 1, SEM_UNDO) == 0);
    HOLDS(change(set, 1, 2, SEM_UNDO) == 0 && change(set, 1, 4, 0) == 0);
    HOLDS(value(set, 0) == 3 && value(set, 1) == 6);
    kill(getpid(), SIGKILL);
  });
  HOLDS(end_of(child) == -SIGKILL);
  HOLDS(value(set, 0) == 5 && value(set, 1) == 4);
  const pid_t holder = CHILD({
    HOLDS(change(set, 0, -5, SEM_UNDO) == 0);
    let_others_run();
    let_others_run();
  });
  let_others_run();
  HOLDS(change(set, 0, -1, 0) == 0); /* it waits for the holder's end, and gets what that gives back */
  HOLDS(end_of(holder) == 0 && value(set, 0) == 4);
  return 0;
}
