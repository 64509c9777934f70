/* spawn N: N programs of their own are started, and live at once until all are there. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long programs = argc > 1 ? atol(argv[1]) : 1;
  if (programs == 0) return (int)sleep(100);
  for (long i = 0; i < programs; ++i) {
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
      execl(argv[0], argv[0], "0", (char *)NULL);
      _exit(1);
    }
  }
  int failed = 0;
  for (int status; wait(&status) > 0;) failed |= status;
  return failed != 0;
}
