/* SETVAL and SETALL wake waiters that can now proceed. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  const pid_t first = CHILD({ HOLDS(change(set, 0, -2, 0) == 0); });
  const pid_t second = CHILD({ HOLDS(change(set, 1, -2, 0) == 0); });
  let_others_run();
  HOLDS(set_value(set, 0, 3) == 0);
  HOLDS(end_of(first) == 0 && value(set, 0) == 1 && is_running(second));
  unsigned short values[2] = {0, 2};
  HOLDS(semctl(set, 0, SETALL, (union semun){.array = values}) == 0);
  HOLDS(end_of(second) == 0 && value(set, 1) == 0);
  return 0;
}
