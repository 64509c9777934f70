/* At the RLIMIT_NOFILE limit the next descriptor gives EMFILE. */
#include "../rule.h"
#include <sys/resource.h>

int main(void) {
  const struct rlimit few = {.rlim_cur = 6, .rlim_max = 6};
  int ends[2];
  for (int fd = 3; fd < 10; ++fd) close(fd);
  HOLDS(setrlimit(RLIMIT_NOFILE, &few) == 0);
  HOLDS(open("file", O_RDWR | O_CREAT, 0600) == 3);
  HOLDS(dup(3) == 4);
  FAILS(pipe(ends), EMFILE); /* room for one end only, which is not taken */
  HOLDS(dup(3) == 5);
  FAILS(dup(3), EMFILE);
  FAILS(open("file", O_RDONLY), EMFILE);
  FAILS(pipe(ends), EMFILE);
  HOLDS(close(4) == 0);
  HOLDS(open("file", O_RDONLY) == 4);
  return 0;
}
