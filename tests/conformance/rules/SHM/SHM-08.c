/* mmap errors: length 0, unaligned offset, neither SHARED nor PRIVATE give EINVAL; bad descriptor EBADF. */
#include "../mapping.h"

static int error_of(size_t bytes, int flags, int fd, off_t offset) {
  void *const at = mmap(NULL, bytes, read_write, flags, fd, offset);
  return at == MAP_FAILED ? errno : 0;
}

int main(void) {
  HOLDS(error_of(0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == EINVAL);
  HOLDS(error_of(page, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1) == EINVAL);
  HOLDS(error_of(page, MAP_ANONYMOUS, -1, 0) == EINVAL);
  HOLDS(error_of(page, MAP_PRIVATE, -1, 0) == EBADF);
  HOLDS(error_of(page, MAP_SHARED, 77, 0) == EBADF);
  const int file = file_of("file", 1);
  HOLDS(error_of(page, MAP_SHARED, file, 100) == EINVAL);
  HOLDS(error_of(0, MAP_SHARED, file, 0) == EINVAL);
  HOLDS(error_of(page, 0, file, 0) == EINVAL);
  return 0;
}
