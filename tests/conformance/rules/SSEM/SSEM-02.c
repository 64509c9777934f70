/* IPC_PRIVATE always creates. */
#include "../sysv.h"

int main(void) {
  const int first = new_set(1);
  const int second = new_set(1);
  HOLDS(first != second);
  HOLDS(set_value(first, 0, 5) == 0 && value(second, 0) == 0);
  return 0;
}
