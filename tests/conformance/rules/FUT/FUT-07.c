/* WAIT_BITSET with mask 0 EINVAL. */
#include "../rule.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>

int main(void) {
  static uint32_t word;
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, 0), EINVAL);
  FAILS(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 1, NULL, NULL, FUTEX_BITSET_MATCH_ANY), EAGAIN);
  return 0;
}
