/* After the last writer closes the reader sees 0; a later writer revives the same FIFO. */
#include "../rule.h"

int main(void) {
  char byte;
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  for (int i = 0; i < 3; ++i) {
    const int writer = open("fifo", O_WRONLY);
    HOLDS(writer >= 0 && write(writer, "x", 1) == 1 && close(writer) == 0);
    HOLDS(read(reader, &byte, 1) == 1 && byte == 'x');
    HOLDS(read(reader, &byte, 1) == 0);
  }
  return 0;
}
