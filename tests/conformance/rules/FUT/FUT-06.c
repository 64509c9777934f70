/* Works across processes on shared memory. */
#include "../mapping.h"

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>

static uint32_t *shared_word(void) { return (uint32_t *)map_anonymous(1, MAP_SHARED); }

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
