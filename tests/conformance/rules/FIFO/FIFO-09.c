/* unlink removes the name only; open ends go on working and a new open gives ENOENT. */
#include "../rule.h"

int main(void) {
  char byte;
  struct stat found;
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  const int writer = open("fifo", O_WRONLY);
  HOLDS(unlink("fifo") == 0);
  FAILS(open("fifo", O_RDONLY | O_NONBLOCK), ENOENT);
  HOLDS(write(writer, "x", 1) == 1 && read(reader, &byte, 1) == 1 && byte == 'x');
  HOLDS(fstat(reader, &found) == 0 && found.st_nlink == 0);
  HOLDS(mkfifo("fifo", 0600) == 0); /* another one */
  FAILS(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
  return 0;
}
