/* Opening read-only blocks until somebody opens for writing, and the reverse. */
#include "../rule.h"

int main(void) {
  char byte;
  HOLDS(mkfifo("fifo", 0600) == 0);
  const pid_t reader = CHILD({
    const int fd = open("fifo", O_RDONLY);
    HOLDS(fd >= 0 && read(fd, &byte, 1) == 1 && byte == 'x');
  });
  let_others_run();
  HOLDS(is_running(reader));
  int fd = open("fifo", O_WRONLY);
  HOLDS(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
  HOLDS(end_of(reader) == 0);

  const pid_t writer = CHILD({
    const int end = open("fifo", O_WRONLY);
    HOLDS(end >= 0 && write(end, "y", 1) == 1);
  });
  let_others_run();
  HOLDS(is_running(writer));
  fd = open("fifo", O_RDONLY);
  HOLDS(fd >= 0 && read(fd, &byte, 1) == 1 && byte == 'y');
  HOLDS(end_of(writer) == 0);
  return 0;
}
