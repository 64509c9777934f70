/* PROT_WRITE + MAP_SHARED on a read-only descriptor gives EACCES; MAP_PRIVATE is allowed. */
#include "../mapping.h"

int main(void) {
  HOLDS(close(file_of("file", page)) == 0);
  const int file = open("file", O_RDONLY);
  HOLDS(mmap(NULL, page, read_write, MAP_SHARED, file, 0) == MAP_FAILED && errno == EACCES);
  char *const own = map_file(file, 1, MAP_PRIVATE);
  own[0] = 'o';
  HOLDS(own[0] == 'o' && byte_of(file, 0) == 'x');
  char *const shared = mmap(NULL, page, PROT_READ, MAP_SHARED, file, 0);
  HOLDS(shared != MAP_FAILED && shared[0] == 'x');
  FAILS(mprotect(shared, page, read_write), EACCES);
  HOLDS(fault_of(shared, 1) == SEGV_ACCERR);
  return 0;
}
