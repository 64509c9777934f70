/* Timeout ETIMEDOUT (relative for WAIT), signal EINTR. */
#include "../rule.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>

static uint32_t word;

static void on_alarm(int number) { (void)number; }

int main(void) {
  const struct timespec time = {.tv_nsec = 60 * 1000 * 1000};
  const long begin = milliseconds();
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &time, NULL, 0), ETIMEDOUT);
  HOLDS(milliseconds() - begin >= 60);
  const struct timespec past = {.tv_nsec = 1};
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &past, NULL, FUTEX_BITSET_MATCH_ANY), ETIMEDOUT);
  const struct timespec no_time = {.tv_nsec = 1000 * 1000 * 1000};
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &no_time, NULL, 0), EINVAL);

  const struct sigaction action = {.sa_handler = on_alarm};
  const struct itimerval soon = {.it_value = {.tv_usec = 30 * 1000}};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EINTR);
  return 0;
}
