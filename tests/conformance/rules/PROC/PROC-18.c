/* WNOHANG returns 0 if the child exists and has not changed state. */
#include "../rule.h"

int main(void) {
  const pid_t child = CHILD({ let_others_run(); });
  HOLDS(waitpid(child, NULL, WNOHANG) == 0);
  HOLDS(waitpid(-1, NULL, WNOHANG | WUNTRACED) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
