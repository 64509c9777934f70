/* Works across processes on shared memory. */
#include "../rule.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static uint32_t *shared_word(void) {
  uint32_t *const word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  HOLDS(word != MAP_FAILED);
  return word;
}

int main(void) {
  uint32_t *const word = shared_word();
  uint32_t *const other = shared_word();
  const pid_t child = CHILD({ HOLDS(syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0) == 0 && *word == 1); });
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(syscall(SYS_futex, other, FUTEX_WAKE, 1, NULL, NULL, 0) == 0);
  *word = 1;
  HOLDS(syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) == 1);
  HOLDS(end_of(child) == 0);
  return 0;
}
