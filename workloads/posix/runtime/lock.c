/* Locks of the runtime's own objects, on futex(2). Threads are preempted in programs and in system calls, never in the
 * runtime, so that plain words suffice. */
#include <sys/syscall.h>

#include "runtime.h"

int sb_futex_wait(uint32_t *word, uint32_t value, const struct timespec *deadline, enum SbWait kind) {
  /* FUTEX_WAIT_BITSET: the deadline is absolute, of CLOCK_MONOTONIC, which all clocks of a run are. */
  return (int)sb_raw(SYS_futex, SB_WORD(word), 9, value, SB_WORD(deadline), kind, 0xffffffff);
}
void sb_futex_wake(uint32_t *word, uint32_t count) { sb_raw(SYS_futex, SB_WORD(word), 1, count, 0, 0, 0); }

/* 0: open, 1: held, 2: held, and somebody sleeps (Drepper, "Futexes are tricky", 2011, mutex 2). */
void sb_lock(struct SbLock *lock) {
  if (lock->state == 0) {
    lock->state = 1;
    return;
  }
  do {
    lock->state = 2;
    sb_futex_wait(&lock->state, 2, NULL, sb_wait_mutex);
  } while (lock->state != 0);
  lock->state = 2;
}
void sb_unlock(struct SbLock *lock) {
  const uint32_t was = lock->state;
  lock->state = 0;
  if (was == 2) sb_futex_wake(&lock->state, 1);
}
