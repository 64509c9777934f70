/* shm_open: ENOENT, EEXIST; a new one has size 0; the descriptor is closed by exec. */
#include "../shm.h"

int main(void) {
  FAILS(shm_open(own_name(), O_RDWR, 0600), ENOENT);
  const int made = shm_open(own_name(), O_RDWR | O_CREAT | O_EXCL, 0600);
  HOLDS(made >= 0);
  FAILS(shm_open(own_name(), O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
  struct stat found;
  HOLDS(fstat(made, &found) == 0 && found.st_size == 0 && S_ISREG(found.st_mode));
  HOLDS((fcntl(made, F_GETFD) & FD_CLOEXEC) != 0);
  HOLDS(shm_open(own_name(), O_RDONLY, 0) >= 0);
  return 0;
}
