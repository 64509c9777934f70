/* A mapping survives close of the descriptor and unlink of the name. */
#include "../mapping.h"

int main(void) {
  const int file = file_of("file", 2 * page);
  char *const map = map_file(file, 2, MAP_SHARED);
  map[0] = 'm';
  HOLDS(close(file) == 0 && unlink("file") == 0);
  FAILS(open("file", O_RDWR), ENOENT);
  HOLDS(map[0] == 'm' && map[page] == 'x');
  map[page] = 'n';
  HOLDS(end_of(CHILD(HOLDS(map[page] == 'n'); map[0] = 'c')) == 0);
  HOLDS(map[0] == 'c');
  return 0;
}
