/* When the last descriptor closes, unread data is gone; the name stays. */
#include "../rule.h"

int main(void) {
  char bytes[8];
  struct stat found;
  HOLDS(mkfifo("fifo", 0600) == 0);
  int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  int writer = open("fifo", O_WRONLY);
  HOLDS(write(writer, "kept", 4) == 4 && close(writer) == 0);
  HOLDS(read(reader, bytes, 2) == 2); /* what is left stays as long as one is open */
  writer = open("fifo", O_WRONLY);
  HOLDS(close(reader) == 0);
  reader = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(read(reader, bytes, 8) == 2 && memcmp(bytes, "pt", 2) == 0);
  HOLDS(write(writer, "lost", 4) == 4 && close(writer) == 0 && close(reader) == 0);
  HOLDS(stat("fifo", &found) == 0 && S_ISFIFO(found.st_mode));
  reader = open("fifo", O_RDONLY | O_NONBLOCK);
  HOLDS(read(reader, bytes, 8) == 0);
  return 0;
}
