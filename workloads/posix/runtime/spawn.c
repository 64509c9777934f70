/* posix_spawn(3): a fork that becomes another program. The child tells the parent by a pipe that closes at the exec
 * what kept it from that. The order of its steps is the C library's (sysdeps/unix/sysv/linux/spawni.c, __spawni_child).
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime.h"

struct __spawn_action {
  enum { spawn_open, spawn_close, spawn_dup2, spawn_close_from, spawn_chdir, spawn_fchdir } kind;
  int fd;
  int to;     /* of dup2 */
  char *path; /* of open and chdir */
  int flags;
  mode_t mode;
};

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
  memset(actions, 0, sizeof *actions);
  return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
  for (int i = 0; i < actions->__used; ++i) free(actions->__actions[i].path);
  free(actions->__actions);
  return 0;
}

static int add(posix_spawn_file_actions_t *actions, struct __spawn_action action) {
  if (actions->__used == actions->__allocated) {
    const int room = actions->__allocated + 8;
    struct __spawn_action *grown = realloc(actions->__actions, (size_t)room * sizeof *grown);
    if (grown == NULL) return ENOMEM;
    actions->__actions = grown;
    actions->__allocated = room;
  }
  actions->__actions[actions->__used++] = action;
  return 0;
}

static int add_with_path(posix_spawn_file_actions_t *actions, struct __spawn_action action, const char *path) {
  action.path = strdup(path);
  if (action.path == NULL) return ENOMEM;
  const int error = add(actions, action);
  if (error != 0) free(action.path);
  return error;
}

static long most_descriptors(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (long)limit.rlim_cur : 0;
}
static int is_descriptor(int fd) { return fd >= 0 && fd < most_descriptors(); }

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd, const char *path, int flags,
                                     mode_t mode) {
  if (!is_descriptor(fd)) return EBADF;
  return add_with_path(actions, (struct __spawn_action){.kind = spawn_open, .fd = fd, .flags = flags, .mode = mode},
                       path);
}
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
  return is_descriptor(fd) ? add(actions, (struct __spawn_action){.kind = spawn_close, .fd = fd}) : EBADF;
}
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to) {
  if (!is_descriptor(fd) || !is_descriptor(to)) return EBADF;
  return add(actions, (struct __spawn_action){.kind = spawn_dup2, .fd = fd, .to = to});
}
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from) {
  return is_descriptor(from) ? add(actions, (struct __spawn_action){.kind = spawn_close_from, .fd = from}) : EBADF;
}
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path) {
  return add_with_path(actions, (struct __spawn_action){.kind = spawn_chdir}, path);
}
int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *actions, int fd) {
  return is_descriptor(fd) ? add(actions, (struct __spawn_action){.kind = spawn_fchdir, .fd = fd}) : EBADF;
}

int posix_spawnattr_init(posix_spawnattr_t *attributes) {
  memset(attributes, 0, sizeof *attributes);
  return 0;
}
int posix_spawnattr_destroy(posix_spawnattr_t *attributes) {
  (void)attributes;
  return 0;
}
int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags) {
  if ((flags & ~0xff) != 0) return EINVAL;
  attributes->__flags = flags;
  return 0;
}
int posix_spawnattr_setschedpolicy(posix_spawnattr_t *attributes, int policy) {
  if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR) return EINVAL;
  attributes->__policy = policy;
  return 0;
}

#define SB_ATTRIBUTE(name, type, field)                                          \
  int posix_spawnattr_get##name(const posix_spawnattr_t *attributes, type *to) { \
    *to = attributes->field;                                                     \
    return 0;                                                                    \
  }
#define SB_SET_BY_VALUE(name, type, field)                                   \
  int posix_spawnattr_set##name(posix_spawnattr_t *attributes, type value) { \
    attributes->field = value;                                               \
    return 0;                                                                \
  }
#define SB_SET_BY_ADDRESS(name, type, field)                                        \
  int posix_spawnattr_set##name(posix_spawnattr_t *attributes, const type *value) { \
    attributes->field = *value;                                                     \
    return 0;                                                                       \
  }
SB_ATTRIBUTE(flags, short, __flags)
SB_ATTRIBUTE(pgroup, pid_t, __pgrp)
SB_SET_BY_VALUE(pgroup, pid_t, __pgrp)
SB_ATTRIBUTE(sigdefault, sigset_t, __sd)
SB_SET_BY_ADDRESS(sigdefault, sigset_t, __sd)
SB_ATTRIBUTE(sigmask, sigset_t, __ss)
SB_SET_BY_ADDRESS(sigmask, sigset_t, __ss)
SB_ATTRIBUTE(schedparam, struct sched_param, __sp)
SB_SET_BY_ADDRESS(schedparam, struct sched_param, __sp)
SB_ATTRIBUTE(schedpolicy, int, __policy)

/* Where the child's errors go. It makes way for a descriptor that an action is about. */
static int make_way(int *errors, int fd) {
  if (fd != *errors) return 0;
  *errors = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return *errors < 0 ? -1 : 0;
}

/* The one that was there is closed first, as POSIX has it. */
static int open_as(const struct __spawn_action *action) {
  close(action->fd);
  const int opened = open(action->path, action->flags, action->mode);
  if (opened < 0 || opened == action->fd) return opened;
  if (dup2(opened, action->fd) < 0) return -1;
  return close(opened);
}

/* To itself: only that it stays open at the exec (Austin Group, defect 411). */
static int duplicate(int fd, int to) {
  if (fd != to) return dup2(fd, to);
  const int flags = fcntl(fd, F_GETFD);
  return flags < 0 ? -1 : fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
}

static int close_from(int first, int errors) {
  const long end = most_descriptors();
  for (long fd = first; fd < end; ++fd) {
    if (fd != errors) close((int)fd);
  }
  return 0;
}

static int act(const struct __spawn_action *action, int *errors) {
  switch (action->kind) {
    case spawn_open:
      return make_way(errors, action->fd) < 0 ? -1 : open_as(action);
    case spawn_close:
      if (make_way(errors, action->fd) < 0) return -1;
      close(action->fd); /* one that is not open is no error */
      return 0;
    case spawn_dup2:
      return make_way(errors, action->to) < 0 ? -1 : duplicate(action->fd, action->to);
    case spawn_close_from:
      return close_from(action->fd, *errors);
    case spawn_chdir:
      return chdir(action->path);
    case spawn_fchdir:
      return fchdir(action->fd);
  }
  return sb_refuse(EINVAL);
}

static void default_signals(const sigset_t *wanted) {
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(wanted, number) == 1) sigaction(number, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  }
}

static int take_attributes(const posix_spawnattr_t *wanted) {
  const int flags = wanted->__flags;
  if ((flags & POSIX_SPAWN_SETSIGDEF) != 0) default_signals(&wanted->__sd);
  if ((flags & POSIX_SPAWN_SETSCHEDULER) != 0) {
    if (sched_setscheduler(0, wanted->__policy, &wanted->__sp) < 0) return -1;
  } else if ((flags & POSIX_SPAWN_SETSCHEDPARAM) != 0 && sched_setparam(0, &wanted->__sp) < 0) {
    return -1;
  }
  if ((flags & POSIX_SPAWN_SETSID) != 0 && setsid() < 0) return -1;
  if ((flags & POSIX_SPAWN_SETPGROUP) != 0 && setpgid(0, wanted->__pgrp) < 0) return -1;
  if ((flags & POSIX_SPAWN_RESETIDS) != 0 && (setuid(getuid()) < 0 || setgid(getgid()) < 0)) return -1;
  return 0;
}

/* What a spawn is asked for; the mask is the caller's, who has blocked all signals. */
struct SpawnRequest {
  const char *path;
  const posix_spawn_file_actions_t *actions;
  const posix_spawnattr_t *attributes;
  char *const *argv;
  char *const *envp;
  sigset_t mask;
};

static void become(const struct SpawnRequest *wanted, int *errors) {
  if (wanted->attributes != NULL && take_attributes(wanted->attributes) < 0) return;
  for (int i = 0; wanted->actions != NULL && i < wanted->actions->__used; ++i) {
    if (act(&wanted->actions->__actions[i], errors) < 0) return;
  }
  const int sets_mask = wanted->attributes != NULL && (wanted->attributes->__flags & POSIX_SPAWN_SETSIGMASK) != 0;
  sigprocmask(SIG_SETMASK, sets_mask ? &wanted->attributes->__ss : &wanted->mask, NULL);
  execve(wanted->path, wanted->argv, wanted->envp);
}

/* The pid, or minus the errno. */
static int spawn(const struct SpawnRequest *wanted) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  const pid_t child = fork();
  if (child == 0) {
    become(wanted, &ends[1]);
    const int error = errno;
    SB_CALL3(SYS_write, ends[1], &error, sizeof error);
    _exit(127);
  }
  int error = child < 0 ? errno : 0;
  close(ends[1]);
  if (child > 0 && read(ends[0], &error, sizeof error) > 0) waitpid(child, NULL, 0);
  close(ends[0]);
  return error != 0 ? -error : child;
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
  struct SpawnRequest wanted = {.path = path, .actions = actions, .attributes = attributes, .argv = argv, .envp = envp};
  const int before = errno;
  int cancel_state;
  sigset_t all;
  sigfillset(&all);
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state); /* it calls cancellation points, and is none */
  sigprocmask(SIG_BLOCK, &all, &wanted.mask);
  const int made = spawn(&wanted);
  sigprocmask(SIG_SETMASK, &wanted.mask, NULL);
  pthread_setcancelstate(cancel_state, NULL);
  errno = before; /* the error is the result */
  if (made < 0) return -made;
  if (pid != NULL) *pid = made;
  return 0;
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
  return posix_spawn(pid, file, actions, attributes, argv, envp);
}
