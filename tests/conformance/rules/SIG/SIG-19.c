/* nanosleep interrupted gives EINTR and the remaining time; sleep returns the remaining seconds. */
#include "../rule.h"

#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

static void on_signal(int number) { (void)number; }

/* A stop is no interruption: the sleep lasts as long as it would have, and the next one is whole again. */
static void sleep_through_a_stop(void) {
  const struct timespec nap = {.tv_nsec = 100 * 1000 * 1000};
  const pid_t child = fork();
  if (child == 0) {
    struct timespec begin, end;
    HOLDS(clock_gettime(CLOCK_MONOTONIC, &begin) == 0);
    HOLDS(nanosleep(&nap, NULL) == 0 && nanosleep(&nap, NULL) == 0);
    HOLDS(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
    const long took = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
    HOLDS(took >= 200);
    _exit(0);
  }
  const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
  HOLDS(nanosleep(&moment, NULL) == 0 && kill(child, SIGSTOP) == 0);
  HOLDS(nanosleep(&moment, NULL) == 0 && kill(child, SIGCONT) == 0);
  int status = 0;
  HOLDS(waitpid(child, &status, 0) == child && status == 0);
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
