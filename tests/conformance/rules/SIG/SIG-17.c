/* Never restarted, always EINTR: pause, sigsuspend, sigwaitinfo, poll, select, epoll_wait, msgrcv, msgsnd, semop,
 * nanosleep, sockets with a timeout. */
#include "../rule.h"

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
  HOLDS(runs == 4);
  return 0;
}
