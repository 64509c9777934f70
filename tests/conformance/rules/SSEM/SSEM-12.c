/* A caught signal gives EINTR, never restarted. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(1);
  interrupt_soon();
  FAILS(change(set, 0, -1, 0), EINTR);
  HOLDS(semctl(set, 0, GETNCNT) == 0);
  return 0;
}
