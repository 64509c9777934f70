/* Unaligned EINVAL, unmapped EFAULT. */
#include "../mapping.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>

static long wait_on(void *word) { return syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0); }

int main(void) {
  static uint32_t words[2];
  FAILS(wait_on((char *)words + 1), EINVAL);
  FAILS(syscall(SYS_futex, (char *)words + 2, FUTEX_WAKE, 1, NULL, NULL, 0), EINVAL);
  void *const unmapped = map_anonymous(1, MAP_PRIVATE);
  HOLDS(munmap(unmapped, page) == 0);
  FAILS(wait_on(unmapped), EFAULT);
  FAILS(wait_on(NULL), EFAULT);
  return 0;
}
