/* sem_trywait on zero gives EAGAIN. */
#include "../rule.h"

#include <semaphore.h>

int main(void) {
  sem_t semaphore;
  HOLDS(sem_init(&semaphore, 0, 1) == 0);
  HOLDS(sem_trywait(&semaphore) == 0);
  FAILS(sem_trywait(&semaphore), EAGAIN);
  return 0;
}
