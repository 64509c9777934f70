/* exec closes exactly the descriptors with FD_CLOEXEC, and all of message queues. */
#include "../mqueue.h"

int main(int count, char **arguments) {
  if (count > 1) {
    HOLDS(fcntl(atoi(arguments[1]), F_GETFD) == 0);
    FAILS(fcntl(atoi(arguments[2]), F_GETFD), EBADF);
    FAILS(fcntl(atoi(arguments[3]), F_GETFD), EBADF);
    return 0;
  }
  int ends[2];
  HOLDS(pipe(ends) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0);
  const mqd_t queue = new_queue(1, 0);
  HOLDS(end_of(CHILD({
    char numbers[3][16];
    const int all[3] = {ends[0], ends[1], queue};
    for (int i = 0; i < 3; ++i) snprintf(numbers[i], sizeof numbers[i], "%d", all[i]);
    char *const next[] = {arguments[0], numbers[0], numbers[1], numbers[2], NULL};
    execv(arguments[0], next);
    _exit(9);
  })) == 0);
  return 0;
}
