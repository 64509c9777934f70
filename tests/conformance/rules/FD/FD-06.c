/* dup2 onto an open number closes it first, silently and atomically. */
#include "../rule.h"

int main(void) {
  const int first = open("first", O_RDWR | O_CREAT, 0600);
  const int second = open("second", O_RDWR | O_CREAT, 0600);
  struct stat meant;
  struct stat found;
  HOLDS(first >= 0 && second == first + 1);
  HOLDS(dup2(first, second) == second);
  HOLDS(fstat(first, &meant) == 0 && fstat(second, &found) == 0);
  HOLDS(found.st_ino == meant.st_ino);
  HOLDS(write(second, "abc", 3) == 3);
  HOLDS(lseek(first, 0, SEEK_CUR) == 3); /* one open file description */
  HOLDS(stat("second", &found) == 0 && found.st_size == 0);
  FAILS(dup2(99, second), EBADF); /* and then nothing is closed */
  HOLDS(lseek(second, 0, SEEK_CUR) == 3);
  return 0;
}
