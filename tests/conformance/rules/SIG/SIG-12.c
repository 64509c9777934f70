/* SA_SIGINFO: si_code is SI_USER for kill, SI_TKILL for raise/pthread_kill, SI_QUEUE for sigqueue, SI_KERNEL for a
 * timer, SI_MESGQ for mq_notify, CLD_* for SIGCHLD; si_pid/si_uid name the sender. */
#include "../rule.h"

#include <pthread.h>
#include <sys/time.h>

static volatile int code, value;
static volatile pid_t sender;
static volatile uid_t user;
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  code = info->si_code;
  sender = info->si_pid;
  user = info->si_uid;
  value = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  HOLDS(sigaction(SIGUSR1, &action, NULL) == 0);
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0);
  HOLDS(sigaction(SIGCHLD, &action, NULL) == 0);
  HOLDS(kill(getpid(), SIGUSR1) == 0 && code == SI_USER && sender == getpid() && user == getuid());
  HOLDS(raise(SIGUSR1) == 0 && code == SI_TKILL && sender == getpid());
  HOLDS(pthread_kill(pthread_self(), SIGUSR1) == 0 && code == SI_TKILL);
  HOLDS(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 42}) == 0 && code == SI_QUEUE && value == 42);
  const struct itimerval soon = {.it_value = {.tv_usec = 1000}};
  HOLDS(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  while (code != SI_KERNEL) pause();
  const pid_t child = CHILD({ _exit(9); });
  while (code != CLD_EXITED) pause();
  HOLDS(sender == child);
  HOLDS(end_of(child) == 9);
  return 0;
}
