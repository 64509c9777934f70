/* Limits: EFBIG semaphore number, E2BIG more than 500 operations, EINVAL zero operations, ERANGE above 32,767. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  struct sembuf many[501];
  for (int i = 0; i < 501; ++i) many[i] = (struct sembuf){.sem_op = 1};
  FAILS(change(set, 2, 1, 0), EFBIG);
  FAILS(semop(set, many, 501), E2BIG);
  FAILS(semop(set, many, 0), EINVAL);
  HOLDS(semop(set, many, 500) == 0 && value(set, 0) == 500);
  HOLDS(change(set, 1, 32767, 0) == 0);
  FAILS(change(set, 1, 1, 0), ERANGE);
  HOLDS(value(set, 1) == 32767);
  FAILS(semop(set + 1000, many, 1), EINVAL);
  return 0;
}
