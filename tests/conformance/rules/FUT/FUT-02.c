/* FUTEX_WAKE n wakes at most n and returns how many. */
#include "../rule.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { waiters = 5 };
static uint32_t word;
static _Atomic int woken;

static void *sleep_on_it(void *unused) {
  HOLDS(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) == 0);
  ++woken;
  return unused;
}

static long wake(int most) { return syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, most, NULL, NULL, 0); }

int main(void) {
  HOLDS(wake(1) == 0);
  pthread_t threads[waiters];
  for (int i = 0; i < waiters; ++i) HOLDS(pthread_create(&threads[i], NULL, sleep_on_it, NULL) == 0);
  let_others_run();
  HOLDS(wake(2) == 2);
  let_others_run();
  HOLDS(woken == 2);
  HOLDS(wake(INT_MAX) == waiters - 2);
  for (int i = 0; i < waiters; ++i) HOLDS(pthread_join(threads[i], NULL) == 0);
  HOLDS(wake(1) == 0);
  return 0;
}
