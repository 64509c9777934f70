/* Unaligned EINVAL, unmapped EFAULT. */
#include "../rule.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static long wait_on(void *word) { return syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0); }

int main(void) {
  static uint32_t words[2];
  FAILS(wait_on((char *)words + 1), EINVAL);
  FAILS(syscall(SYS_futex, (char *)words + 2, FUTEX_WAKE, 1, NULL, NULL, 0), EINVAL);
  void *const page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HOLDS(page != MAP_FAILED && munmap(page, 4096) == 0);
  FAILS(wait_on(page), EFAULT);
  FAILS(wait_on(NULL), EFAULT);
  return 0;
}
