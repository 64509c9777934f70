/* A waiter for 2 that came first does not bar a waiter for 1 when one unit is posted. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  const pid_t two = CHILD({ HOLDS(change(set, 0, -2, 0) == 0); });
  let_others_run();
  const pid_t one = CHILD({ HOLDS(change(set, 0, -1, 0) == 0); });
  let_others_run();
  HOLDS(change(set, 0, 1, 0) == 0);
  HOLDS(end_of(one) == 0 && is_running(two));
  HOLDS(change(set, 0, 2, 0) == 0);
  HOLDS(end_of(two) == 0 && value(set, 0) == 0);
  return 0;
}
