/* A supervisor of worker processes, by signals alone: it asks each for its result, starts one that has crashed again, and
 * lets all of them finish. Handlers, masks, queued values, a fault that is survived, and children that are reaped in a
 * handler. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { workers = 4, rounds = 3 };

static volatile sig_atomic_t was_asked, should_end, reaped, crashed;
static sigjmp_buf after_fault;

static void on_ask(int number) {
  if (number == SIGUSR1) was_asked = 1;
  if (number == SIGTERM) should_end = 1;
}
static void on_fault(int number) { siglongjmp(after_fault, number); }
static void on_child(int number) {
  int status;
  (void)number;
  while (waitpid(-1, &status, WNOHANG) > 0) {
    ++reaped;
    if (WIFSIGNALED(status)) ++crashed;
  }
}

static void arrange(int number, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, NULL) != 0) exit(1);
}

static int primes_below(int limit) {
  int count = 0;
  for (int n = 2; n < limit; ++n) {
    int d = 2;
    while (d * d <= n && n % d != 0) ++d;
    count += d * d > n;
  }
  return count;
}

/* Works in portions, one a question; the last worker survives a fault of its own first. */
static void work(int index, const sigset_t *open) {
  arrange(SIGUSR1, on_ask, 0);
  arrange(SIGTERM, on_ask, 0);
  arrange(SIGSEGV, on_fault, 0);
  int result = 0;
  if (index == workers - 1 && sigsetjmp(after_fault, 1) == 0) *(volatile int *)0 = index;
  while (!should_end) {
    sigsuspend(open);
    if (!was_asked) continue;
    was_asked = 0;
    result += primes_below(1000 * (index + 1));
    sigqueue(getppid(), SIGRTMIN + index, (union sigval){.sival_int = result});
  }
  exit(0);
}

static pid_t start(int index, const sigset_t *open) {
  const pid_t pid = fork();
  if (pid < 0) exit(1);
  if (pid == 0) work(index, open);
  return pid;
}

int main(void) {
  sigset_t asked, answers, open;
  pid_t pids[workers];
  siginfo_t info;
  sigemptyset(&asked);
  sigaddset(&asked, SIGUSR1);
  sigaddset(&asked, SIGTERM);
  sigemptyset(&answers);
  for (int i = 0; i < workers; ++i) sigaddset(&answers, SIGRTMIN + i);
  sigprocmask(SIG_BLOCK, &asked, &open);
  sigprocmask(SIG_BLOCK, &answers, NULL);
  arrange(SIGCHLD, on_child, SA_RESTART);
  for (int i = 0; i < workers; ++i) pids[i] = start(i, &open);
  for (int round = 1; round <= rounds; ++round) {
    for (int i = 0; i < workers; ++i) kill(pids[i], SIGUSR1);
    int results[workers] = {0};
    for (int taken = 0; taken < workers;) {
      const int number = sigwaitinfo(&answers, &info);
      if (number < 0) continue;
      results[number - SIGRTMIN] = info.si_value.sival_int;
      ++taken;
    }
    printf("round %d:", round);
    for (int i = 0; i < workers; ++i) printf(" %d", results[i]);
    printf("\n");
    fflush(stdout);
    if (round > 1) continue;
    const int before = reaped;
    sigset_t child, old;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &old);
    kill(pids[0], SIGKILL);
    while (reaped == before) sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("worker 0 was killed: started again\n");
    fflush(stdout);
    pids[0] = start(0, &open);
  }
  for (int i = 0; i < workers; ++i) kill(pids[i], SIGTERM);
  while (reaped <= workers) sleep(1);
  printf("%d children reaped, %d of them crashed\n", reaped, crashed);
  return 0;
}
