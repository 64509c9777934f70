/* A caught signal gives EINTR, never restarted. */
#include "../sysv.h"

#include <sys/time.h>

static struct {
  long type;
  char text[8192];
} message = {.type = 1};

static void on_alarm(int number) { (void)number; }

int main(void) {
  const int queue = new_queue();
  const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  const struct itimerval soon = {.it_value = {.tv_usec = 30 * 1000}};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  FAILS(msgrcv(queue, &message, 8192, 0, 0), EINTR);
  while (msgsnd(queue, &message, 8192, IPC_NOWAIT) == 0) continue;
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  FAILS(msgsnd(queue, &message, 8192, 0), EINTR);
  return 0;
}
