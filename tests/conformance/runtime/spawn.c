/* posix_spawn: what the child finds, what keeps it from becoming the program, and what actions do to descriptors. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;

static const char *name_of(int error) { return error == 0 ? "0" : strerrorname_np(error); }

/* The spawned program: says what its first argument asks for. */
static int child(const char *what) {
  if (strcmp(what, "hello") == 0) printf("hello from the child, %s\n", getenv("COLOUR"));
  if (strcmp(what, "end") == 0) return 7;
  if (strcmp(what, "descriptors") == 0) {
    for (int fd = 3; fd < 12; ++fd) printf("%d", fcntl(fd, F_GETFD) >= 0);
    printf("\n");
  }
  if (strcmp(what, "signals") == 0) {
    struct sigaction quit, user;
    sigset_t mask;
    sigaction(SIGQUIT, NULL, &quit);
    sigaction(SIGUSR2, NULL, &user);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("SIGQUIT %s, SIGUSR2 %s, SIGUSR1 blocked %d, SIGHUP blocked %d\n",
           quit.sa_handler == SIG_IGN ? "ignored" : "default", user.sa_handler == SIG_IGN ? "ignored" : "default",
           sigismember(&mask, SIGUSR1), sigismember(&mask, SIGHUP));
  }
  if (strcmp(what, "group") == 0)
    printf("leads its group %d, session %d\n", getpgrp() == getpid(), getsid(0) == getpid());
  return 0;
}

static void spawn(const char *what, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes) {
  char *const argv[] = {(char *)self, (char *)what, NULL};
  char *const envp[] = {"COLOUR=blue", NULL};
  pid_t pid = -1;
  int status = 0;
  fflush(stdout);
  const int error = posix_spawn(&pid, self, actions, attributes, argv, envp);
  if (error == 0) waitpid(pid, &status, 0);
  printf("%s: %s, status %x\n", what, name_of(error), status);
}

static void descriptors(void) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  printf("negative %s\n", name_of(posix_spawn_file_actions_addclose(&actions, -1)));
  posix_spawn_file_actions_addopen(&actions, 5, "note", O_RDWR | O_CREAT, 0600);
  posix_spawn_file_actions_adddup2(&actions, 5, 7);
  posix_spawn_file_actions_adddup2(&actions, 5, 3);
  posix_spawn_file_actions_adddup2(&actions, 5, 4);
  posix_spawn_file_actions_addclose(&actions, 5);
  posix_spawn_file_actions_addclose(&actions, 9);
  spawn("descriptors", &actions, NULL);
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  spawn("descriptors", &actions, NULL);
  posix_spawn_file_actions_adddup2(&actions, 11, 8);
  spawn("descriptors", &actions, NULL);
  posix_spawn_file_actions_destroy(&actions);

  const int kept = open("note", O_RDONLY | O_CLOEXEC);
  posix_spawn_file_actions_init(&actions);
  spawn("descriptors", &actions, NULL);
  posix_spawn_file_actions_adddup2(&actions, kept, kept);
  spawn("descriptors", &actions, NULL);
  close(kept);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "missing/file", O_WRONLY, 0);
  spawn("hello", &actions, NULL);
  posix_spawn_file_actions_destroy(&actions);
}

static void attributes(void) {
  posix_spawnattr_t wanted;
  posix_spawnattr_init(&wanted);
  signal(SIGQUIT, SIG_IGN);
  signal(SIGUSR2, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  spawn("signals", NULL, &wanted);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  posix_spawnattr_setsigdefault(&wanted, &set);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  posix_spawnattr_setsigmask(&wanted, &set);
  printf("flags %s\n", name_of(posix_spawnattr_setflags(&wanted, 0x100)));
  posix_spawnattr_setflags(&wanted, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  spawn("signals", NULL, &wanted);
  posix_spawnattr_setflags(&wanted, POSIX_SPAWN_SETPGROUP);
  spawn("group", NULL, &wanted);
  posix_spawnattr_setflags(&wanted, POSIX_SPAWN_SETSID);
  spawn("group", NULL, &wanted);
  posix_spawnattr_setpgroup(&wanted, 999999);
  posix_spawnattr_setflags(&wanted, POSIX_SPAWN_SETPGROUP);
  spawn("group", NULL, &wanted);
  posix_spawnattr_destroy(&wanted);
}

int main(int count, char **words) {
  if (count > 1) return child(words[1]);
  self = words[0];
  for (int fd = 3; fd < 64; ++fd) close(fd);
  spawn("hello", NULL, NULL);
  spawn("end", NULL, NULL);
  descriptors();
  attributes();
  errno = 0;
  char *const argv[] = {"nobody", NULL};
  pid_t pid = -1;
  printf("missing %s", name_of(posix_spawn(&pid, "/nowhere/nobody", NULL, NULL, argv, argv + 1)));
  printf(", pid %d, errno %d, children left %d\n", pid, errno, wait(NULL) != -1);
  return 0;
}
