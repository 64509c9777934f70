/* O_WRONLY|O_NONBLOCK without a reader gives ENXIO. */
#include "../rule.h"

int main(void) {
  HOLDS(mkfifo("fifo", 0600) == 0);
  FAILS(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(reader >= 0);
  HOLDS(open("fifo", O_WRONLY | O_NONBLOCK) >= 0);
  HOLDS(close(reader) == 0);
  FAILS(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO); /* a writer is no reader */
  return 0;
}
