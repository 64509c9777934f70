/* MAP_PRIVATE writes stay private; a page already copied does not see later shared writes, an untouched page does. */
#include "../mapping.h"

int main(void) {
  const int file = file_of("file", 2 * page);
  char *const own = map_file(file, 2, MAP_PRIVATE);
  char *const shared = map_file(file, 2, MAP_SHARED);
  own[0] = 'o';
  HOLDS(shared[0] == 'x' && byte_of(file, 0) == 'x');
  shared[0] = 's';
  shared[1] = 's';
  shared[page] = 's';
  HOLDS(own[0] == 'o' && own[1] == 'x');
  HOLDS(own[page] == 's');
  const pid_t child = CHILD({
    HOLDS(own[0] == 'o' && own[page] == 's');
    own[0] = 'c';
    own[page] = 'c';
  });
  HOLDS(end_of(child) == 0);
  HOLDS(own[0] == 'o' && own[page] == 's');
  return 0;
}
