/* sem_init above SEM_VALUE_MAX gives EINVAL. */
#include "../rule.h"

#include <semaphore.h>

int main(void) {
  sem_t semaphore;
  FAILS(sem_init(&semaphore, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
  HOLDS(sem_init(&semaphore, 0, SEM_VALUE_MAX) == 0);
  int value = 0;
  HOLDS(sem_getvalue(&semaphore, &value) == 0 && value == SEM_VALUE_MAX);
  return 0;
}
