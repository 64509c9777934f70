/* fork: the first write to a private page by either side copies it (COW). */
#include "../mapping.h"

int main(void) {
  char *const own = map_anonymous(4, MAP_PRIVATE);
  memset(own, 'x', 4 * page);
  int ends[2];
  HOLDS(pipe(ends) == 0);
  const pid_t child = CHILD({
    char word;
    HOLDS(own[page] == 'x');
    own[page] = 'c';
    HOLDS(read(ends[0], &word, 1) == 1);
    HOLDS(own[0] == 'x' && own[page] == 'c' && own[2 * page] == 'x' && own[3 * page] == 'x');
  });
  own[0] = 'p';
  let_others_run();
  HOLDS(own[0] == 'p' && own[page] == 'x' && own[2 * page] == 'x');
  HOLDS(write(ends[1], "!", 1) == 1);
  HOLDS(end_of(child) == 0);
  return 0;
}
