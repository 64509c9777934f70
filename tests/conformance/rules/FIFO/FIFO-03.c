/* O_RDONLY|O_NONBLOCK succeeds at once; a read then returns 0 while no writer has come, EAGAIN while one is there and
 * silent. */
#include "../rule.h"

int main(void) {
  char byte;
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(reader >= 0);
  HOLDS(read(reader, &byte, 1) == 0);
  const int writer = open("fifo", O_WRONLY);
  HOLDS(writer >= 0);
  FAILS(read(reader, &byte, 1), EAGAIN);
  HOLDS(write(writer, "x", 1) == 1 && read(reader, &byte, 1) == 1);
  HOLDS(close(writer) == 0 && read(reader, &byte, 1) == 0);
  return 0;
}
