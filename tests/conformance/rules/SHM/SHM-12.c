/* mprotect over a hole gives ENOMEM, unaligned EINVAL; a write to a read-only page SEGV_ACCERR. */
#include "../mapping.h"

int main(void) {
  char *const at = map_anonymous(3, MAP_PRIVATE);
  at[0] = 'x';
  FAILS(mprotect(at + 1, page, PROT_READ), EINVAL);
  HOLDS(mprotect(at, page, PROT_READ) == 0);
  HOLDS(at[0] == 'x' && fault_of(at, 1) == SEGV_ACCERR);
  HOLDS(mprotect(at, page, PROT_NONE) == 0);
  HOLDS(fault_of(at, 0) == SEGV_ACCERR);
  HOLDS(mprotect(at, page, read_write) == 0 && at[0] == 'x' && fault_of(at, 1) == 0);
  HOLDS(munmap(at + page, page) == 0);
  FAILS(mprotect(at, 3 * page, PROT_READ), ENOMEM);
  FAILS(mprotect(at + page, page, PROT_READ), ENOMEM);
  return 0;
}
