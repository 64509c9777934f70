/* End of file counts as readable. */
#include "../rule.h"
#include <sys/select.h>

int main(void) {
  int ends[2];
  fd_set set;
  char byte;
  HOLDS(pipe(ends) == 0 && close(ends[1]) == 0);
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  HOLDS(select(ends[0] + 1, &set, NULL, NULL, NULL) == 1 && FD_ISSET(ends[0], &set));
  HOLDS(read(ends[0], &byte, 1) == 0);
  const int file = open("file", O_RDONLY | O_CREAT, 0600); /* at its end from the beginning */
  struct pollfd one = {.fd = file, .events = POLLIN};
  HOLDS(poll(&one, 1, -1) == 1 && one.revents == POLLIN);
  return 0;
}
