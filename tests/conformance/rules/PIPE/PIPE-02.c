/* pipe2 with an unknown flag gives EINVAL; O_CLOEXEC, O_NONBLOCK, O_DIRECT are accepted. */
#include "../rule.h"

int main(void) {
  int ends[2] = {-7, -7};
  FAILS(pipe2(ends, O_APPEND), EINVAL);
  FAILS(pipe2(ends, O_NONBLOCK | O_TRUNC), EINVAL);
  HOLDS(ends[0] == -7 && ends[1] == -7);
  HOLDS(pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
  HOLDS(pipe2(ends, O_NONBLOCK) == 0 && (fcntl(ends[1], F_GETFL) & O_NONBLOCK) != 0);
  HOLDS(fcntl(ends[1], F_GETFD) == 0);
  HOLDS(pipe2(ends, O_DIRECT) == 0 && (fcntl(ends[1], F_GETFL) & O_DIRECT) != 0);
  FAILS(pipe(NULL), EFAULT);
  return 0;
}
