/* Private memory is copied (changes do not cross), MAP_SHARED memory is shared. */
#include "../rule.h"

#include <sys/mman.h>

static int global = 1;

int main(void) {
  int local = 1;
  volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  HOLDS(shared != MAP_FAILED);
  const pid_t child = CHILD({
    HOLDS(global == 1 && local == 1);
    global = local = 2;
    *shared = 3;
  });
  HOLDS(end_of(child) == 0);
  HOLDS(global == 1 && local == 1 && *shared == 3);
  return 0;
}
