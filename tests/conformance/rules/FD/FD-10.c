/* A read into an unmapped buffer gives EFAULT and the data stays in the pipe. */
#include "../rule.h"
#include <sys/mman.h>

int main(void) {
  int ends[2];
  char bytes[8] = "";
  char *const gone = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HOLDS(gone != MAP_FAILED && munmap(gone, 4096) == 0);
  HOLDS(pipe(ends) == 0);
  HOLDS(write(ends[1], "abcd", 4) == 4);
  FAILS(read(ends[0], gone, 4), EFAULT);
  FAILS(write(ends[1], gone, 4), EFAULT);
  HOLDS(read(ends[0], bytes, sizeof bytes) == 4 && memcmp(bytes, "abcd", 4) == 0);
  return 0;
}
