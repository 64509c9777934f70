/* O_RDWR opens at once on Linux (POSIX leaves it undefined) and prevents end of file. */
#include "../rule.h"

int main(void) {
  char byte;
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int both = open("fifo", O_RDWR);
  HOLDS(both >= 0);
  HOLDS(write(both, "x", 1) == 1 && read(both, &byte, 1) == 1 && byte == 'x');
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  const int writer = open("fifo", O_WRONLY);
  HOLDS(reader >= 0 && writer >= 0 && close(writer) == 0);
  FAILS(read(reader, &byte, 1), EAGAIN); /* it could still write */
  HOLDS(close(both) == 0);
  HOLDS(read(reader, &byte, 1) == 0);
  return 0;
}
