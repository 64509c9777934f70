/* A caught signal gives EINTR, never restarted. */
#include "../sysv.h"

#include <sys/time.h>

static void on_alarm(int number) { (void)number; }

int main(void) {
  const int set = new_set(1);
  const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  const struct itimerval soon = {.it_value = {.tv_usec = 30 * 1000}};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  FAILS(change(set, 0, -1, 0), EINTR);
  HOLDS(semctl(set, 0, GETNCNT) == 0);
  return 0;
}
