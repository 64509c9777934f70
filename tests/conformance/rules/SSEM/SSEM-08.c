/* Operation 0 waits until the value is zero. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  HOLDS(change(set, 0, 0, 0) == 0);
  HOLDS(set_value(set, 0, 2) == 0);
  const pid_t child = CHILD({ HOLDS(change(set, 0, 0, 0) == 0); });
  let_others_run();
  HOLDS(change(set, 0, -1, 0) == 0);
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(change(set, 0, -1, 0) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
