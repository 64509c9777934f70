/* Every call that returns a descriptor returns the lowest free number. */
#include "../rule.h"

int main(void) {
  int ends[2];
  const int first = open("file", O_RDWR | O_CREAT, 0600);
  HOLDS(first >= 0);
  HOLDS(dup(first) == first + 1);
  HOLDS(pipe(ends) == 0 && ends[0] == first + 2 && ends[1] == first + 3);
  HOLDS(close(first + 1) == 0);
  HOLDS(open("file", O_RDONLY) == first + 1);
  HOLDS(close(first) == 0 && close(ends[0]) == 0);
  HOLDS(pipe(ends) == 0 && ends[0] == first && ends[1] == first + 2);
  HOLDS(fcntl(first, F_DUPFD, 20) == 20);
  HOLDS(fcntl(first, F_DUPFD, 20) == 21);
  HOLDS(dup(first) == first + 4);
  return 0;
}
