/* wait with no child, or waitpid for somebody else's child, gives ECHILD. */
#include "../rule.h"

int main(void) {
  FAILS(wait(NULL), ECHILD);
  FAILS(waitpid(1, NULL, 0), ECHILD);
  FAILS(waitpid(getpid(), NULL, WNOHANG), ECHILD);
  const pid_t child = CHILD({});
  FAILS(waitpid(child + 12345, NULL, 0), ECHILD);
  HOLDS(end_of(child) == 0);
  FAILS(waitpid(child, NULL, 0), ECHILD);
  return 0;
}
