/* dup2(f,f) returns f and does nothing; dup3(f,f,0) gives EINVAL; dup2 from a bad number gives EBADF. */
#include "../rule.h"

int main(void) {
  const int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  HOLDS(fd >= 0);
  HOLDS(dup2(fd, fd) == fd);
  HOLDS(fcntl(fd, F_GETFD) == FD_CLOEXEC); /* a copy would have lost it */
  FAILS(dup3(fd, fd, 0), EINVAL);
  FAILS(dup2(fd + 1, fd), EBADF);
  FAILS(dup2(fd + 1, fd + 1), EBADF);
  HOLDS(write(fd, "x", 1) == 1); /* still open */
  return 0;
}
