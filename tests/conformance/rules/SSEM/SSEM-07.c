/* A negative operation waits until the value suffices. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  HOLDS(set_value(set, 0, 1) == 0);
  const pid_t child = CHILD({ HOLDS(change(set, 0, -3, 0) == 0); });
  let_others_run();
  HOLDS(change(set, 0, 1, 0) == 0);
  let_others_run();
  HOLDS(is_running(child) && value(set, 0) == 2);
  HOLDS(change(set, 0, 1, 0) == 0);
  HOLDS(end_of(child) == 0 && value(set, 0) == 0);
  return 0;
}
