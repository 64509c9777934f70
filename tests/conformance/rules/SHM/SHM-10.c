/* A second shm_unlink gives ENOENT; the object persists until it is unlinked, though nobody uses it. */
#include "../shm.h"

int main(void) {
  own_name();
  HOLDS(end_of(CHILD({
    const int made = shm_open(own_name(), O_RDWR | O_CREAT | O_EXCL, 0600);
    HOLDS(made >= 0 && write(made, "kept", 4) == 4);
  })) == 0);
  const int again = shm_open(own_name(), O_RDWR, 0);
  char text[4];
  HOLDS(again >= 0 && read(again, text, 4) == 4 && memcmp(text, "kept", 4) == 0);
  HOLDS(shm_unlink(own_name()) == 0);
  FAILS(shm_unlink(own_name()), ENOENT);
  FAILS(shm_open(own_name(), O_RDWR, 0), ENOENT);
  HOLDS(pread(again, text, 4, 0) == 4);
  return 0;
}
