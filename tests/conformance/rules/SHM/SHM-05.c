/* MAP_SHARED writes are seen by all mappings, same or other process. */
#include "../mapping.h"

int main(void) {
  const int file = file_of("file", 2 * page);
  char *const one = map_file(file, 2, MAP_SHARED);
  char *const two = map_file(file, 2, MAP_SHARED);
  one[0] = 'a';
  HOLDS(two[0] == 'a' && byte_of(file, 0) == 'a');
  const pid_t child = CHILD({
    HOLDS(one[0] == 'a');
    two[page] = 'b';
    const int again = open("file", O_RDWR);
    char *const three = map_file(again, 2, MAP_SHARED);
    HOLDS(three[page] == 'b');
    three[page + 1] = 'c';
  });
  HOLDS(end_of(child) == 0);
  HOLDS(one[page] == 'b' && one[page + 1] == 'c' && byte_of(file, page + 1) == 'c');
  HOLDS(pwrite(file, "d", 1, 7) == 1);
  HOLDS(one[7] == 'd' && two[7] == 'd');
  return 0;
}
