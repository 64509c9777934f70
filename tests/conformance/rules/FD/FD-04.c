/* FD_CLOEXEC belongs to the descriptor; dup/dup2 copies have it clear. */
#include "../rule.h"

int main(void) {
  int ends[2];
  HOLDS(pipe2(ends, O_CLOEXEC) == 0);
  HOLDS(fcntl(ends[0], F_GETFD) == FD_CLOEXEC && fcntl(ends[1], F_GETFD) == FD_CLOEXEC);
  const int copy = dup(ends[0]);
  HOLDS(fcntl(copy, F_GETFD) == 0);
  HOLDS(dup2(ends[0], 20) == 20 && fcntl(20, F_GETFD) == 0);
  HOLDS(fcntl(ends[0], F_DUPFD, 21) == 21 && fcntl(21, F_GETFD) == 0);
  HOLDS(fcntl(copy, F_SETFD, FD_CLOEXEC) == 0 && fcntl(20, F_GETFD) == 0);
  HOLDS(fcntl(ends[0], F_SETFD, 0) == 0 && fcntl(copy, F_GETFD) == FD_CLOEXEC);
  HOLDS(fcntl(ends[0], F_DUPFD_CLOEXEC, 22) == 22 && fcntl(22, F_GETFD) == FD_CLOEXEC);
  HOLDS(dup3(ends[0], 23, O_CLOEXEC) == 23 && fcntl(23, F_GETFD) == FD_CLOEXEC);
  return 0;
}
