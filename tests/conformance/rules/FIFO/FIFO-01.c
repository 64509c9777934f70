/* mkfifo applies mode & ~umask, and gives EEXIST for a taken name. */
#include "../rule.h"

int main(void) {
  struct stat found;
  umask(027);
  HOLDS(mkfifo("fifo", 0666) == 0);
  HOLDS(stat("fifo", &found) == 0 && found.st_mode == (S_IFIFO | 0640));
  FAILS(mkfifo("fifo", 0666), EEXIST);
  HOLDS(mkdir("folder", 0700) == 0);
  FAILS(mkfifo("folder", 0666), EEXIST);
  FAILS(mkfifo("nowhere/fifo", 0666), ENOENT);
  HOLDS(mkfifoat(AT_FDCWD, "folder/fifo", 0600) == 0);
  HOLDS(stat("folder/fifo", &found) == 0 && found.st_mode == (S_IFIFO | 0600));
  return 0;
}
