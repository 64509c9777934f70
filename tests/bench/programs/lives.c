/* lives N: N children come, end and are waited for. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long lives = argc > 1 ? atol(argv[1]) : 1;
  for (long i = 0; i < lives; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0 || waitpid(child, NULL, 0) != child) return 1;
  }
  return 0;
}
