/* sigqueue gives EAGAIN at RLIMIT_SIGPENDING. */
#include "../rule.h"

#include <sys/resource.h>

int main(void) {
  drop_privilege();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  const struct rlimit few = {3, 3};
  HOLDS(setrlimit(RLIMIT_SIGPENDING, &few) == 0);
  int sent = 0;
  while (sent < 10 && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = sent}) == 0) ++sent;
  HOLDS(sent <= 3 && errno == EAGAIN);
  const struct timespec none = {0};
  for (int i = 0; i < sent; ++i) HOLDS(sigtimedwait(&set, NULL, &none) == SIGRTMIN);
  if (sent > 0) HOLDS(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 0}) == 0);
  return 0;
}
