/* With no writer left, a read drains what is buffered and then returns 0, again and again. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char bytes[8];
  HOLDS(pipe(ends) == 0);
  HOLDS(write(ends[1], "abcde", 5) == 5);
  HOLDS(close(ends[1]) == 0);
  HOLDS(read(ends[0], bytes, 2) == 2);
  HOLDS(read(ends[0], bytes, 8) == 3 && memcmp(bytes, "cde", 3) == 0);
  for (int i = 0; i < 3; ++i) HOLDS(read(ends[0], bytes, 8) == 0);
  return 0;
}
