/* MAP_FIXED replaces, MAP_FIXED_NOREPLACE gives EEXIST. */
#include "../mapping.h"

int main(void) {
  char *const at = map_anonymous(3, MAP_PRIVATE);
  memset(at, 'x', 3 * page);
  char *const middle = at + page;
  HOLDS(mmap(middle, page, read_write, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == middle);
  HOLDS(at[0] == 'x' && middle[0] == 0 && at[2 * page] == 'x');
  middle[0] = 'y';
  const int no_replace = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  HOLDS(mmap(middle, page, read_write, no_replace, -1, 0) == MAP_FAILED && errno == EEXIST);
  HOLDS(mmap(at, 3 * page, read_write, no_replace, -1, 0) == MAP_FAILED && errno == EEXIST);
  HOLDS(middle[0] == 'y');
  HOLDS(munmap(middle, page) == 0);
  HOLDS(mmap(middle, page, read_write, no_replace, -1, 0) == middle && middle[0] == 0);
  return 0;
}
