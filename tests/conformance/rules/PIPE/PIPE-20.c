/* FIONREAD gives the number of unread bytes. */
#include "../rule.h"
#include <sys/ioctl.h>

static int unread(int fd) {
  int bytes = -1;
  HOLDS(ioctl(fd, FIONREAD, &bytes) == 0);
  return bytes;
}

int main(void) {
  int ends[2];
  char bytes[5000] = "";
  HOLDS(pipe(ends) == 0 && unread(ends[0]) == 0);
  HOLDS(write(ends[1], bytes, sizeof bytes) == sizeof bytes);
  HOLDS(unread(ends[0]) == 5000 && unread(ends[1]) == 5000);
  HOLDS(read(ends[0], bytes, 4999) == 4999 && unread(ends[0]) == 1);
  HOLDS(write(ends[1], bytes, 3) == 3 && close(ends[1]) == 0 && unread(ends[0]) == 4);
  return 0;
}
