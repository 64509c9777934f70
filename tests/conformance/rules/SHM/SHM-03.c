/* Access on a page wholly beyond the object raises SIGBUS; the tail of the last page is readable zero. */
#include "../mapping.h"

int main(void) {
  const int file = file_of("file", 100);
  for (int sharing = MAP_SHARED; sharing <= MAP_PRIVATE; ++sharing) {
    char *const map = map_file(file, 2, sharing);
    HOLDS(map[99] == 'x' && map[100] == 0 && map[page - 1] == 0);
    HOLDS(bus_error_of(map + page, 0) == BUS_ADRERR);
    HOLDS(bus_error_of(map + page, 1) == BUS_ADRERR);
    HOLDS(munmap(map, 2 * page) == 0);
  }
  /* What is written behind the end is nobody's. */
  char *const map = map_file(file, 1, MAP_SHARED);
  map[200] = 'y';
  HOLDS(msync(map, page, MS_SYNC) == 0);
  struct stat about;
  HOLDS(fstat(file, &about) == 0 && about.st_size == 100);
  return 0;
}
