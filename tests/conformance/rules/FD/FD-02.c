/* read on a write-only end, write on a read-only end, and any use of a closed number give EBADF. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char byte = 0;
  struct stat found;
  HOLDS(pipe(ends) == 0);
  FAILS(read(ends[1], &byte, 1), EBADF);
  FAILS(write(ends[0], &byte, 1), EBADF);
  const int write_only = open("file", O_WRONLY | O_CREAT, 0600);
  const int read_only = open("file", O_RDONLY);
  FAILS(read(write_only, &byte, 1), EBADF);
  FAILS(write(read_only, &byte, 1), EBADF);
  HOLDS(close(read_only) == 0);
  FAILS(close(read_only), EBADF);
  FAILS(read(read_only, &byte, 1), EBADF);
  FAILS(write(read_only, &byte, 1), EBADF);
  FAILS(fstat(read_only, &found), EBADF);
  FAILS(dup(read_only), EBADF);
  FAILS(fcntl(read_only, F_GETFD), EBADF);
  FAILS(lseek(read_only, 0, SEEK_SET), EBADF);
  FAILS(read(-1, &byte, 1), EBADF);
  return 0;
}
