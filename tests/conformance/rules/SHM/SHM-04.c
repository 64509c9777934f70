/* Shrinking turns mapped pages into SIGBUS; growing again shows zeros. */
#include "../mapping.h"

int main(void) {
  const int file = file_of("file", 3 * page);
  char *const shared = map_file(file, 3, MAP_SHARED);
  char *const own = map_file(file, 3, MAP_PRIVATE);
  own[2 * page] = 'o';
  HOLDS(shared[2 * page] == 'x' && own[page] == 'x');
  HOLDS(ftruncate(file, page + 1) == 0);
  HOLDS(shared[page] == 'x' && shared[page + 1] == 0);
  HOLDS(bus_error_of(shared + 2 * page, 0) == BUS_ADRERR);
  HOLDS(bus_error_of(own + 2 * page, 0) == BUS_ADRERR);
  HOLDS(ftruncate(file, 3 * page) == 0);
  HOLDS(shared[2 * page] == 0 && own[2 * page] == 0 && shared[page] == 'x');
  return 0;
}
