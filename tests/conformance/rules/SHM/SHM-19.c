/* shm_open looks at exactly one class of owner, group and others; EACCES otherwise. */
#include "../shm.h"

int main(void) {
  if (geteuid() != 0) return 0; /* users that are others need privilege to become */
  umask(0);
  const int made = shm_open(own_name(), O_RDWR | O_CREAT | O_EXCL, 0604);
  HOLDS(made >= 0 && fchown(made, 1000, 2000) == 0);
  HOLDS(end_of(CHILD({
    HOLDS(setgid(2000) == 0 && setuid(3000) == 0);
    FAILS(shm_open(own_name(), O_RDONLY, 0), EACCES); /* the group may not, though others may */
  })) == 0);
  HOLDS(end_of(CHILD({
    HOLDS(setgid(3000) == 0 && setuid(3000) == 0);
    HOLDS(shm_open(own_name(), O_RDONLY, 0) >= 0);
    FAILS(shm_open(own_name(), O_RDWR, 0), EACCES);
  })) == 0);
  HOLDS(end_of(CHILD({
    HOLDS(setgid(3000) == 0 && setuid(1000) == 0);
    HOLDS(shm_open(own_name(), O_RDWR, 0) >= 0);
  })) == 0);
  return 0;
}
