/* GETNCNT and GETZCNT count waiters; GETPID is the last process to operate. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  HOLDS(semctl(set, 0, GETPID) == 0 && semctl(set, 0, GETNCNT) == 0 && semctl(set, 0, GETZCNT) == 0);
  HOLDS(set_value(set, 0, 1) == 0 && semctl(set, 0, GETPID) == getpid());
  const pid_t more[] = {CHILD({ HOLDS(change(set, 0, -2, 0) == 0); }), CHILD({ HOLDS(change(set, 0, -3, 0) == 0); })};
  const pid_t zero = CHILD({ HOLDS(change(set, 0, 0, 0) == 0); });
  let_others_run();
  HOLDS(semctl(set, 0, GETNCNT) == 2 && semctl(set, 0, GETZCNT) == 1);
  HOLDS(semctl(set, 1, GETNCNT) == 0 && semctl(set, 1, GETZCNT) == 0);
  HOLDS(change(set, 0, 4, 0) == 0);
  HOLDS(end_of(more[0]) == 0 && end_of(more[1]) == 0 && end_of(zero) == 0);
  HOLDS(semctl(set, 0, GETPID) == zero);
  HOLDS(semctl(set, 1, GETPID) == 0);
  FAILS(semctl(set, 2, GETPID), EINVAL);
  return 0;
}
