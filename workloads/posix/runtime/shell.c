/* system(3) and popen(3), by the shell that ships with the runtime (workloads/posix/shell). */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime.h"
#include "stream.h"

static void run_shell(const char *command) {
  execl("/bin/sh", "sh", "-c", command, (char *)NULL);
  _exit(127);
}

/* A cancellation point: who is cancelled there ends the shell. */
static int await(pid_t child, int ends_with_it) {
  int64_t done;
  int status = 0;
  do done = (ends_with_it ? sb_ending_early : sb_raw)(SYS_wait4, (uint64_t)child, SB_WORD(&status), 0, 0, 0, 0);
  while (done == -EINTR && !(ends_with_it && sb_is_cancelled()));
  if (done >= 0) return status;
  if (done == -EINTR) {
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    pthread_setcancelstate(old, NULL);
  }
  return sb_refuse((int)-done);
}

/* Of several callers at a time, the first sets the signals and the last sets them back. */
static struct {
  struct SbLock lock;
  int callers;
  struct sigaction interrupt, quit;
} ignoring;

static void ignore_signals(int by) {
  const struct sigaction ignored = {.sa_handler = SIG_IGN};
  sb_lock(&ignoring.lock);
  if (by > 0 && ignoring.callers == 0) {
    sigaction(SIGINT, &ignored, &ignoring.interrupt);
    sigaction(SIGQUIT, &ignored, &ignoring.quit);
  }
  ignoring.callers += by;
  if (by < 0 && ignoring.callers == 0) {
    sigaction(SIGINT, &ignoring.interrupt, NULL);
    sigaction(SIGQUIT, &ignoring.quit, NULL);
  }
  sb_unlock(&ignoring.lock);
}

int system(const char *command) {
  if (command == NULL) return 1; /* there is always one (ProgramWorld) */
  sigset_t only, before;
  sigemptyset(&only);
  sigaddset(&only, SIGCHLD);
  pthread_testcancel();
  ignore_signals(1);
  sigprocmask(SIG_BLOCK, &only, &before);
  const pid_t child = fork();
  if (child == 0) {
    sigaction(SIGINT, &ignoring.interrupt, NULL);
    sigaction(SIGQUIT, &ignoring.quit, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    run_shell(command);
  }
  const int status = child < 0 ? -1 : await(child, 1);
  const int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  ignore_signals(-1);
  errno = error;
  if (status < 0) pthread_testcancel();
  return status;
}

/* Streams to shells. A child has none of the others' ends (popen(3p)). */
struct SbPopen {
  FILE *file;
  pid_t child;
  struct SbPopen *older;
};
static struct SbPopen *popened;
static struct SbLock popen_lock;

static void run_at_the_pipe(const char *command, const int ends[2], int own) {
  for (struct SbPopen *each = popened; each != NULL; each = each->older) {
    if (fileno(each->file) != own) SB_CALL1(SYS_close, fileno(each->file));  /* no point of cancellation */
  }
  if (ends[own] != own)
    dup2(ends[own], own);
  else
    fcntl(own, F_SETFD, 0);
  run_shell(command);
}

FILE *popen(const char *command, const char *mode) {
  const int reads = mode[0] == 'r';
  int ends[2];
  if ((!reads && mode[0] != 'w') || strspn(mode + 1, "e") != strlen(mode + 1)) return errno = EINVAL, NULL;
  struct SbPopen *next = malloc(sizeof *next);
  if (next == NULL || pipe2(ends, O_CLOEXEC) != 0) return free(next), NULL;
  next->file = fdopen(ends[!reads], reads ? "r" : "w");
  next->child = next->file == NULL ? -1 : fork();
  if (next->child == 0) run_at_the_pipe(command, ends, reads);
  const int error = errno;
  SB_CALL1(SYS_close, ends[reads]);
  if (next->child < 0) {
    if (next->file != NULL)
      fclose(next->file);
    else
      SB_CALL1(SYS_close, ends[!reads]);
    free(next);
    return errno = error, NULL;
  }
  if (strchr(mode, 'e') == NULL) fcntl(ends[!reads], F_SETFD, 0);
  sb_lock(&popen_lock);
  next->older = popened;
  popened = next;
  sb_unlock(&popen_lock);
  return next->file;
}

int pclose(FILE *file) {
  sb_lock(&popen_lock);
  struct SbPopen **at = &popened;
  while (*at != NULL && (*at)->file != file) at = &(*at)->older;
  struct SbPopen *found = *at;
  if (found != NULL) *at = found->older;
  sb_unlock(&popen_lock);
  if (found == NULL) return sb_refuse(ECHILD);
  const pid_t child = found->child;
  free(found);
  fclose(file);
  return await(child, 0);
}
