/* sem_timedwait gives ETIMEDOUT at the absolute realtime deadline, but succeeds with a past deadline if no wait is
 * needed. */
#include "../rule.h"

#include <semaphore.h>

int main(void) {
  sem_t semaphore;
  HOLDS(sem_init(&semaphore, 0, 0) == 0);
  const struct timespec deadline = after_milliseconds(50);
  FAILS(sem_timedwait(&semaphore, &deadline), ETIMEDOUT);
  HOLDS(has_come(&deadline));
  FAILS(sem_timedwait(&semaphore, &deadline), ETIMEDOUT);
  HOLDS(sem_post(&semaphore) == 0);
  HOLDS(sem_timedwait(&semaphore, &deadline) == 0);
  return 0;
}
