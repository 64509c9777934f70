/* MAP_SHARED|MAP_ANONYMOUS is shared between relatives by fork. */
#include "../mapping.h"

int main(void) {
  char *const shared = map_anonymous(2, MAP_SHARED);
  shared[0] = 'p';
  const pid_t child = CHILD({
    HOLDS(shared[0] == 'p');
    shared[page] = 'c';
    const pid_t grandchild = CHILD({
      HOLDS(shared[page] == 'c');
      shared[page + 1] = 'g';
    });
    HOLDS(end_of(grandchild) == 0 && shared[page + 1] == 'g');
    char *const later = map_anonymous(1, MAP_SHARED);
    later[0] = 'l'; /* after the fork: nobody else's */
  });
  HOLDS(end_of(child) == 0);
  HOLDS(shared[page] == 'c' && shared[page + 1] == 'g');
  return 0;
}
