/* MADV_DONTNEED zeroes private anonymous pages, leaves shared ones. */
#include "../mapping.h"

int main(void) {
  char *const own = map_anonymous(3, MAP_PRIVATE);
  char *const shared = map_anonymous(3, MAP_SHARED);
  memset(own, 'x', 3 * page);
  memset(shared, 'x', 3 * page);
  HOLDS(madvise(own + page, page, MADV_DONTNEED) == 0);
  HOLDS(madvise(shared + page, page, MADV_DONTNEED) == 0);
  HOLDS(own[page - 1] == 'x' && own[page] == 0 && own[2 * page - 1] == 0 && own[2 * page] == 'x');
  for (int i = 0; i < 3; ++i) HOLDS(shared[i * page] == 'x');
  own[page] = 'y';
  HOLDS(own[page] == 'y');
  return 0;
}
