/* A zombie keeps its process-table slot; enough of them make fork fail. */
#include "../rule.h"

#include <sys/resource.h>

int main(void) {
  enum { most = 8 };
  const struct rlimit limit = {most, most};
  HOLDS(setrlimit(RLIMIT_NPROC, &limit) == 0);
  drop_privilege();
  int children = 0;
  pid_t child;
  while ((child = fork()) > 0) {
    ++children;
    HOLDS(children < most);
    let_others_run(); /* it is a zombie */
    HOLDS(kill(child, 0) == 0);
  }
  if (child == 0) _exit(5);
  HOLDS(errno == EAGAIN);
  HOLDS(children == most - 1); /* and this process */
  FAILS(fork(), EAGAIN);
  int status;
  HOLDS(wait(&status) > 0 && WEXITSTATUS(status) == 5);
  HOLDS((child = fork()) >= 0); /* one slot is free */
  if (child == 0) _exit(6);
  FAILS(fork(), EAGAIN);
  while (children > 0 && wait(&status) > 0) --children;
  HOLDS(children == 0);
  FAILS(wait(&status), ECHILD);
  return 0;
}
