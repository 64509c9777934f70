/* Opening without the permission bit gives EACCES. */
#include "../rule.h"

int main(void) {
  HOLDS(mkfifo("fifo", 0600) == 0 && chmod("fifo", 0044) == 0);
  if (geteuid() == 0) HOLDS(chown("fifo", 1, 1) == 0);
  drop_privilege();
  if (geteuid() == 65534) HOLDS(open("fifo", O_RDONLY | O_NONBLOCK) >= 0); /* others may read */
  if (geteuid() != 65534) FAILS(open("fifo", O_RDONLY | O_NONBLOCK), EACCES);
  FAILS(open("fifo", O_WRONLY | O_NONBLOCK), EACCES); /* before ENXIO */
  FAILS(open("fifo", O_RDWR), EACCES);
  return 0;
}
