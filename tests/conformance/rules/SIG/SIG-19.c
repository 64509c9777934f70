/* nanosleep interrupted gives EINTR and the remaining time; sleep returns the remaining seconds. */
#include "../rule.h"

#include <sys/time.h>

static void on_signal(int number) { (void)number; }

/* A stop is no interruption: the sleep lasts as long as it would have, and the next one is whole again. */
static void sleep_through_a_stop(void) {
  const struct timespec nap = {.tv_nsec = 100 * 1000 * 1000};
  const pid_t child = CHILD({
    const long begin = milliseconds();
    HOLDS(nanosleep(&nap, NULL) == 0 && nanosleep(&nap, NULL) == 0);
    HOLDS(milliseconds() - begin >= 200);
  });
  const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
  HOLDS(nanosleep(&moment, NULL) == 0 && kill(child, SIGSTOP) == 0);
  HOLDS(nanosleep(&moment, NULL) == 0 && kill(child, SIGCONT) == 0);
  HOLDS(end_of(child) == 0);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval soon = {.it_value = {.tv_usec = 50 * 1000}};
  const struct timespec wanted = {.tv_sec = 3};
  struct timespec left = {0};
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  FAILS(nanosleep(&wanted, &left), EINTR);
  HOLDS(left.tv_sec == 2 && left.tv_nsec > 500 * 1000 * 1000 && left.tv_nsec < 960 * 1000 * 1000);
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  HOLDS(sleep(10) == 9);
  sleep_through_a_stop();
  return 0;
}
