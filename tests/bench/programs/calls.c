/* calls N: so many system calls. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long calls = argc > 1 ? atol(argv[1]) : 1;
  for (long i = 0; i < calls; ++i) getpid();
  return 0;
}
