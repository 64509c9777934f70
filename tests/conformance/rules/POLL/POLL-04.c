/* Linux select writes back the time left. */
#include "../rule.h"
#include <sys/select.h>

int main(void) {
  int ends[2];
  fd_set set;
  struct timeval time = {.tv_sec = 10};
  HOLDS(pipe(ends) == 0);
  const pid_t writer = CHILD({
    let_others_run();
    HOLDS(write(ends[1], "x", 1) == 1);
  });
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  HOLDS(select(ends[0] + 1, &set, NULL, NULL, &time) == 1);
  HOLDS(time.tv_sec == 9 && time.tv_usec <= 990000);
  HOLDS(end_of(writer) == 0);
  time = (struct timeval){.tv_usec = 1000};
  HOLDS(select(0, NULL, NULL, NULL, &time) == 0 && time.tv_sec == 0 && time.tv_usec == 0);
  return 0;
}
