/* FUTEX_WAIT with another value EAGAIN at once: check and sleep are one step. */
#include "../rule.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>

static _Atomic uint32_t word;

static long wait_while(uint32_t value) { return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0); }

enum { rounds = 2000 };

/* Waits only while the word is even, so that a wake-up between check and sleep would be lost. */
static void *count_odd(void *unused) {
  for (uint32_t even = 0; even < rounds; even += 2) {
    while (word == even) {
      if (wait_while(even) != 0) HOLDS(errno == EAGAIN);
    }
    ++word;
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  }
  return unused;
}

int main(void) {
  FAILS(wait_while(1), EAGAIN);
  pthread_t other;
  HOLDS(pthread_create(&other, NULL, count_odd, NULL) == 0);
  for (uint32_t even = 0; even < rounds; even += 2) {
    ++word;
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    while (word == even + 1) {
      if (wait_while(even + 1) != 0) HOLDS(errno == EAGAIN);
    }
  }
  HOLDS(pthread_join(other, NULL) == 0 && word == rounds);
  return 0;
}
