/* pipe() gives read end then write end, the first number lower; data flows one way only. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char bytes[8];
  HOLDS(pipe(ends) == 0);
  HOLDS(ends[0] < ends[1]);
  HOLDS((fcntl(ends[0], F_GETFL) & O_ACCMODE) == O_RDONLY);
  HOLDS((fcntl(ends[1], F_GETFL) & O_ACCMODE) == O_WRONLY);
  HOLDS(write(ends[1], "first", 5) == 5 && write(ends[1], "2nd", 3) == 3);
  HOLDS(read(ends[0], bytes, 8) == 8 && memcmp(bytes, "first2nd", 8) == 0);
  FAILS(write(ends[0], "x", 1), EBADF);
  FAILS(read(ends[1], bytes, 1), EBADF);
  return 0;
}
