/* A failed exec returns (ENOENT no file, EACCES no permission; not probed: ENOEXEC bad format, E2BIG arguments) and
 * the process goes on. */
#include "../rule.h"

int main(void) {
  char *const argv[] = {(char *)"nobody", NULL};
  char *const none[] = {NULL};
  FAILS(execve("./not-there", argv, none), ENOENT);
  FAILS(execve("./not-there/nobody", argv, none), ENOENT);
  HOLDS(kill(getpid(), 0) == 0);
  const pid_t child = CHILD({
    execv("./not-there", argv);
    _exit(errno == ENOENT ? 3 : 4);
  });
  HOLDS(end_of(child) == 3);
  return 0;
}
