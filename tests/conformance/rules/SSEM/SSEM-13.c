/* semtimedop gives EAGAIN on timeout. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  struct sembuf take = {.sem_op = -1};
  const struct timespec time = {.tv_nsec = 50 * 1000 * 1000};
  struct timespec begin, end;
  HOLDS(clock_gettime(CLOCK_MONOTONIC, &begin) == 0);
  FAILS(semtimedop(set, &take, 1, &time), EAGAIN);
  HOLDS(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
  HOLDS((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 >= 50);
  const struct timespec wrong = {.tv_nsec = 1000 * 1000 * 1000};
  FAILS(semtimedop(set, &take, 1, &wrong), EINVAL);
  HOLDS(change(set, 0, 1, 0) == 0);
  HOLDS(semtimedop(set, &take, 1, &time) == 0);
  return 0;
}
