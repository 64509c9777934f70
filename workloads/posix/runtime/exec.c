/* exec(3): all of them by execve(2). Streams are not flushed, as everywhere. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

int execve(const char *path, char *const argv[], char *const envp[]) {
  return (int)SB_CALL3(SYS_execve, path, argv, envp);
}
int execv(const char *path, char *const argv[]) { return execve(path, argv, environ); }
int execvpe(const char *path, char *const argv[], char *const envp[]) { return execve(path, argv, envp); }
int execvp(const char *path, char *const argv[]) { return execve(path, argv, environ); }

/* How many arguments there are before the null one. */
static size_t count_arguments(va_list arguments) {
  va_list copy;
  size_t count = 0;
  va_copy(copy, arguments);
  while (va_arg(copy, char *) != NULL) ++count;
  va_end(copy);
  return count;
}

static int exec_list(const char *path, const char *first, va_list rest, int has_environment) {
  const size_t count = first == NULL ? 0 : count_arguments(rest);
  char *argv[count + 2];
  argv[0] = (char *)first;
  for (size_t i = 1; i <= count + 1 && argv[0] != NULL; ++i) argv[i] = va_arg(rest, char *);
  char **envp = has_environment ? va_arg(rest, char **) : environ;
  return execve(path, argv, envp);
}

int execl(const char *path, const char *first, ...) {
  va_list rest;
  va_start(rest, first);
  const int result = exec_list(path, first, rest, 0);
  va_end(rest);
  return result;
}
int execlp(const char *path, const char *first, ...) {
  va_list rest;
  va_start(rest, first);
  const int result = exec_list(path, first, rest, 0);
  va_end(rest);
  return result;
}
int execle(const char *path, const char *first, ...) {
  va_list rest;
  va_start(rest, first);
  const int result = exec_list(path, first, rest, 1);
  va_end(rest);
  return result;
}
