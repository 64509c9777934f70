/* Never restarted, always EINTR: pause, sigsuspend, sigwaitinfo, poll, select, epoll_wait, msgrcv, msgsnd, semop,
 * nanosleep, sockets with a timeout. */
#include "../rule.h"

#include <sys/select.h>

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }
static pid_t interrupter(void) {
  return CHILD({
    let_others_run();
    HOLDS(kill(getppid(), SIGUSR1) == 0);
  });
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  sigset_t none, other;
  sigemptyset(&none);
  sigemptyset(&other);
  sigaddset(&other, SIGUSR2);
  pid_t child = interrupter();
  FAILS(pause(), EINTR);
  HOLDS(end_of(child) == 0);
  child = interrupter();
  FAILS(sigsuspend(&none), EINTR);
  HOLDS(end_of(child) == 0);
  child = interrupter();
  FAILS(sigwaitinfo(&other, NULL), EINTR);
  HOLDS(end_of(child) == 0);
  child = interrupter();
  const struct timespec long_time = {.tv_sec = 5};
  FAILS(nanosleep(&long_time, NULL), EINTR);
  HOLDS(end_of(child) == 0);
  int ends[2];
  HOLDS(pipe(ends) == 0);
  struct pollfd quiet = {.fd = ends[0], .events = POLLIN};
  child = interrupter();
  FAILS(poll(&quiet, 1, -1), EINTR);
  HOLDS(end_of(child) == 0);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  child = interrupter();
  FAILS(select(ends[0] + 1, &set, NULL, NULL, NULL), EINTR);
  HOLDS(end_of(child) == 0);
  HOLDS(runs == 6);
  return 0;
}
