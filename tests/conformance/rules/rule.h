/* What the programs of the rules share. Each is a complete program: exit status 0 says that its rule holds. It begins in
 * an empty folder, alone, on the host as emulated, and may be privileged or not. */
#pragma once

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The condition holds, or so does not the rule. In every process of the program. */
#define HOLDS(condition)                                                                                \
  do {                                                                                                  \
    const int holds_ = (condition) ? 1 : 0;                                                             \
    const int why_ = errno;                                                                             \
    if (!holds_) {                                                                                      \
      fprintf(stderr, "%s:%d: %s: errno %d (%s)\n", __FILE__, __LINE__, #condition, why_, strerror(why_)); \
      _exit(1);                                                                                         \
    }                                                                                                   \
  } while (0)

/* The call fails with this errno. */
#define FAILS(call, wanted) HOLDS((call) == -1 && errno == (wanted))

/* Long enough for others to get to where they block. */
static inline void let_others_run(void) {
  const struct timespec time = {.tv_nsec = 30 * 1000 * 1000};
  nanosleep(&time, NULL);
}

static inline long milliseconds(void) {
  struct timespec now;
  HOLDS(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The time of CLOCK_REALTIME that is so far away, for calls with a deadline; and whether it has come. */
static inline struct timespec after_milliseconds(long length) {
  struct timespec time;
  HOLDS(clock_gettime(CLOCK_REALTIME, &time) == 0);
  time.tv_nsec += length * 1000 * 1000;
  time.tv_sec += time.tv_nsec / (1000 * 1000 * 1000);
  time.tv_nsec %= 1000 * 1000 * 1000;
  return time;
}
static inline int has_come(const struct timespec *deadline) {
  struct timespec now;
  HOLDS(clock_gettime(CLOCK_REALTIME, &now) == 0);
  return now.tv_sec > deadline->tv_sec || (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

/* From now on it may no more than any user. */
static inline void drop_privilege(void) {
  if (geteuid() != 0) return;
  HOLDS(setgid(65534) == 0);
  HOLDS(setuid(65534) == 0);
}

/* A child that does this and exits with 0. */
#define CHILD(...)              \
  ({                            \
    const pid_t child_ = fork(); \
    HOLDS(child_ >= 0);         \
    if (child_ == 0) {          \
      __VA_ARGS__;              \
      _exit(0);                 \
    }                           \
    child_;                     \
  })

/* It is still in what it does. */
static inline int is_running(pid_t child) { return waitpid(child, NULL, WNOHANG) == 0; }

/* What it exited with; minus the signal that ended it. */
static inline int end_of(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) != child) {
    if (errno != EINTR) return INT_MAX;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
