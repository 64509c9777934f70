/* A positive operation never waits. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  for (int i = 1; i <= 100; ++i) HOLDS(change(set, 0, 300, 0) == 0 && value(set, 0) == 300 * i);
  FAILS(change(set, 0, 32767, 0), ERANGE); /* it fails rather than wait */
  HOLDS(value(set, 0) == 30000);
  return 0;
}
