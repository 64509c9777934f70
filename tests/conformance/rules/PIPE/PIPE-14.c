/* A blocking write of more than PIPE_BUF bytes may be interleaved, and returns only when all bytes are in. */
#include "../rule.h"

enum { all = 200000 };
static char bytes[all];

int main(void) {
  int ends[2];
  size_t taken = 0;
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    close(ends[0]);
    HOLDS(write(ends[1], bytes, all) == all);
  });
  close(ends[1]);
  let_others_run();
  while (taken < all - 65536) { /* what is left then fits */
    HOLDS(is_running(writer));
    const size_t wanted = all - 65536 - taken;
    const ssize_t more = read(ends[0], bytes, wanted < 4096 ? wanted : 4096);
    HOLDS(more > 0);
    taken += (size_t)more;
  }
  while (taken < all) {
    const ssize_t more = read(ends[0], bytes, all);
    HOLDS(more > 0);
    taken += (size_t)more;
  }
  HOLDS(end_of(writer) == 0);
  return 0;
}
