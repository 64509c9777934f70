/* ftruncate sets the size, and new bytes are zero; EINVAL on a descriptor that is for reading only. */
#include "../shm.h"

int main(void) {
  const int made = shm_open(own_name(), O_RDWR | O_CREAT | O_EXCL, 0600);
  HOLDS(made >= 0 && ftruncate(made, 10000) == 0);
  struct stat found;
  HOLDS(fstat(made, &found) == 0 && found.st_size == 10000);
  const char *const bytes = mmap(NULL, 10000, PROT_READ, MAP_SHARED, made, 0);
  HOLDS(bytes != MAP_FAILED);
  for (int i = 0; i < 10000; ++i) HOLDS(bytes[i] == 0);
  const int reads = shm_open(own_name(), O_RDONLY, 0);
  HOLDS(reads >= 0);
  FAILS(ftruncate(reads, 5), EINVAL);
  HOLDS(fstat(made, &found) == 0 && found.st_size == 10000);
  return 0;
}
