/* Only the low 8 bits of the exit status reach the parent. */
#include "../rule.h"

static int end_with(int status) {
  const pid_t child = CHILD({ _exit(status); });
  return end_of(child);
}

int main(void) {
  HOLDS(end_with(0) == 0);
  HOLDS(end_with(255) == 255);
  HOLDS(end_with(256) == 0);
  HOLDS(end_with(0x1234) == 0x34);
  HOLDS(end_with(-1) == 255);
  return 0;
}
