/* nanosleep interrupted gives EINTR and the remaining time; sleep returns the remaining seconds. */
#include "../rule.h"

#include <sys/time.h>

static void on_signal(int number) { (void)number; }

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
  return 0;
}
