/* munmap of any page range works, access then gives SEGV_MAPERR; unaligned start EINVAL; unmapping a hole is fine. */
#include "../mapping.h"

int main(void) {
  char *const at = map_anonymous(5, MAP_PRIVATE);
  memset(at, 'x', 5 * page);
  FAILS(munmap(at + 1, page), EINVAL);
  HOLDS(munmap(at + page, 2 * page) == 0);
  HOLDS(fault_of(at + page, 0) == SEGV_MAPERR && fault_of(at + 2 * page, 1) == SEGV_MAPERR);
  HOLDS(at[0] == 'x' && at[page - 1] == 'x' && at[3 * page] == 'x');
  HOLDS(munmap(at + page, 2 * page) == 0);
  HOLDS(munmap(at, 5 * page) == 0);
  HOLDS(fault_of(at, 0) == SEGV_MAPERR && fault_of(at + 4 * page, 0) == SEGV_MAPERR);
  return 0;
}
