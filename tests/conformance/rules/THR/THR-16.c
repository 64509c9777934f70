/* Barrier: all n released together, exactly one gets the SERIAL value, reusable at once; count 0 EINVAL. */
#include "../rule.h"

#include <pthread.h>

enum { threads = 4, rounds = 50 };
static pthread_barrier_t barrier;
static _Atomic int arrived, serials;

static void *meet(void *unused) {
  for (int round = 1; round <= rounds; ++round) {
    ++arrived;
    const int result = pthread_barrier_wait(&barrier);
    HOLDS(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD) ++serials;
    HOLDS(arrived >= round * threads); /* nobody leaves before all have come */
  }
  return unused;
}

int main(void) {
  HOLDS(pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
  HOLDS(pthread_barrier_init(&barrier, NULL, threads) == 0);
  pthread_t others[threads];
  for (int i = 0; i < threads; ++i) HOLDS(pthread_create(&others[i], NULL, meet, NULL) == 0);
  for (int i = 0; i < threads; ++i) HOLDS(pthread_join(others[i], NULL) == 0);
  HOLDS(arrived == threads * rounds && serials == rounds);
  return 0;
}
