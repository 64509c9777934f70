/* What a parent hears of its children's ends (wait(2)): exit statuses, signals, and nothing more once it has asked. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void end_as(int kind) {
  volatile int *volatile nowhere = NULL;
  volatile int one = 1, zero = 0;
  if (kind == 0) exit(0);
  if (kind == 1) exit(300);
  if (kind == 2) _exit(-1);
  if (kind == 3) abort();
  if (kind == 4) *nowhere = 1;
  if (kind == 5) exit(one / zero);
  if (kind == 6) kill(getpid(), SIGTERM);
  if (kind == 7) kill(getpid(), SIGKILL);
}

int main(void) {
  for (int kind = 0; kind < 8; ++kind) {
    const pid_t child = fork();
    if (child == 0) {
      end_as(kind);
      _exit(99);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return 1;
    if (WIFEXITED(status)) printf("child %d exited with %d\n", kind, WEXITSTATUS(status));
    if (WIFSIGNALED(status)) printf("child %d was killed by signal %d\n", kind, WTERMSIG(status));
    fflush(stdout);
  }
  printf("%s\n", wait(NULL) == -1 && errno == ECHILD ? "no child is left" : "somebody is left");
  return 0;
}
