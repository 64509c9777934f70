/* What the shell does itself: what changes the shell, and the few commands that scripts always use, for the emulated
 * machine has no programs but those that lie beside the first one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sh.h"

static int say_why(const char *command, const char *what) {
  char text[256];
  snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
  sh_complain(command, text);
  return 1;
}

static int run_true(int argc, char **argv, int status) {
  (void)argc, (void)argv, (void)status;
  return 0;
}
static int run_false(int argc, char **argv, int status) {
  (void)argc, (void)argv, (void)status;
  return 1;
}
static int run_exit(int argc, char **argv, int status) { exit(argc > 1 ? atoi(argv[1]) : status); }
static int run_cd(int argc, char **argv, int status) {
  (void)status;
  const char *to = argc > 1 ? argv[1] : getenv("HOME");
  return to == NULL || chdir(to) == 0 ? 0 : say_why("cd", to);
}
static int run_pwd(int argc, char **argv, int status) {
  (void)argc, (void)argv, (void)status;
  char room[4096];
  if (getcwd(room, sizeof room) == NULL) return say_why("pwd", ".");
  puts(room);
  return 0;
}
static int run_export(int argc, char **argv, int status) {
  (void)status;
  for (int i = 1; i < argc; ++i) {
    if (strchr(argv[i], '=') != NULL) putenv(argv[i]); /* all variables are exported here */
  }
  return 0;
}
static int run_unset(int argc, char **argv, int status) {
  (void)status;
  for (int i = 1; i < argc; ++i) unsetenv(argv[i]);
  return 0;
}
static int run_exec(int argc, char **argv, int status) {
  if (argc < 2) return 0;
  const ShBuiltin builtin = sh_builtin(argv[1]);
  if (builtin != NULL) exit(builtin(argc - 1, argv + 1, status));
  fflush(stdout);
  execvp(argv[1], argv + 1);
  const int code = errno == ENOENT ? 127 : 126;
  say_why("exec", argv[1]);
  exit(code);
}
static int run_wait(int argc, char **argv, int status) {
  (void)argc, (void)argv, (void)status;
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) continue;
  return 0;
}
static int run_echo(int argc, char **argv, int status) {
  (void)status;
  const int leaves_line = argc > 1 && strcmp(argv[1], "-n") == 0;
  for (int i = 1 + leaves_line; i < argc; ++i) printf("%s%s", argv[i], i + 1 < argc ? " " : "");
  if (!leaves_line) putchar('\n');
  return 0;
}
static int run_sleep(int argc, char **argv, int status) {
  (void)status;
  const double seconds = argc > 1 ? atof(argv[1]) : 0;
  const struct timespec time = {.tv_sec = (time_t)seconds,
                                .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
  return nanosleep(&time, NULL) == 0 ? 0 : 1;
}
/* By number or by name, with SIG or without; -1: there is none. */
static int signal_of(const char *text) {
  char *end;
  const long number = strtol(text, &end, 10);
  if (*text != '\0' && *end == '\0') return number >= 0 && number <= SIGRTMAX ? (int)number : -1;
  if (strncmp(text, "SIG", 3) == 0) text += 3;
  for (int signal = 1; signal < SIGSYS + 1; ++signal) {
    const char *const name = sigabbrev_np(signal);
    if (name != NULL && strcmp(name, text) == 0) return signal;
  }
  return -1;
}
static int run_kill(int argc, char **argv, int status) {
  (void)status;
  const int has_name = argc > 1 && argv[1][0] == '-';
  const int signal = has_name ? signal_of(argv[1] + 1) : SIGTERM;
  if (signal < 0) {
    fprintf(stderr, "sh: kill: %s: there is no such signal\n", argv[1]);
    return 2;
  }
  for (int i = 1 + has_name; i < argc; ++i) {
    if (kill(atoi(argv[i]), signal) != 0) return say_why("kill", argv[i]);
  }
  return 0;
}

static int copy_out(int fd) {
  char room[4096];
  ssize_t got;
  while ((got = read(fd, room, sizeof room)) > 0) {
    if (fwrite(room, 1, (size_t)got, stdout) != (size_t)got) return -1;
  }
  return (int)got;
}
static int run_cat(int argc, char **argv, int status) {
  (void)status;
  if (argc < 2) return copy_out(0) == 0 ? 0 : say_why("cat", "standard input");
  int result = 0;
  for (int i = 1; i < argc; ++i) {
    const int fd = open(argv[i], O_RDONLY);
    if (fd < 0 || copy_out(fd) != 0) result = say_why("cat", argv[i]);
    if (fd >= 0) close(fd);
  }
  return result;
}

static int is_shown(const struct dirent *entry) { return entry->d_name[0] != '.'; }
/* Names, one a line, by their bytes; no options. */
static int run_ls(int argc, char **argv, int status) {
  (void)status;
  struct dirent **names;
  struct stat found;
  const char *folder = argc > 1 ? argv[1] : ".";
  if (argc > 2 || folder[0] == '-') {
    sh_complain("ls", "here it takes one folder and no options");
    return 2;
  }
  if (stat(folder, &found) != 0) return say_why("ls", folder) + 1;
  if (!S_ISDIR(found.st_mode)) return puts(folder) < 0;
  const int count = scandir(folder, &names, is_shown, alphasort);
  if (count < 0) return say_why("ls", folder) + 1;
  for (int i = 0; i < count; ++i) {
    puts(names[i]->d_name);
    free(names[i]);
  }
  free(names);
  return 0;
}

/* test(1), of one or two operands: 0, 1, or -1 if there is no such operator. */
static int test_file(const char *operator, const char * path) {
  struct stat found;
  const int exists = stat(path, &found) == 0;
  if (strcmp(operator, "-e") == 0) return !exists;
  if (strcmp(operator, "-f") == 0) return !(exists && S_ISREG(found.st_mode));
  if (strcmp(operator, "-d") == 0) return !(exists && S_ISDIR(found.st_mode));
  if (strcmp(operator, "-p") == 0) return !(exists && S_ISFIFO(found.st_mode));
  if (strcmp(operator, "-s") == 0) return !(exists && found.st_size > 0);
  if (strcmp(operator, "-r") == 0) return access(path, R_OK) != 0;
  if (strcmp(operator, "-w") == 0) return access(path, W_OK) != 0;
  if (strcmp(operator, "-x") == 0) return access(path, X_OK) != 0;
  if (strcmp(operator, "-n") == 0) return *path == '\0';
  if (strcmp(operator, "-z") == 0) return *path != '\0';
  return -1;
}
static int test_two(const char *left, const char *operator, const char * right) {
  const long a = atol(left), b = atol(right);
  if (strcmp(operator, "=") == 0) return strcmp(left, right) != 0;
  if (strcmp(operator, "!=") == 0) return strcmp(left, right) == 0;
  if (strcmp(operator, "-eq") == 0) return a != b;
  if (strcmp(operator, "-ne") == 0) return a == b;
  if (strcmp(operator, "-lt") == 0) return a >= b;
  if (strcmp(operator, "-le") == 0) return a > b;
  if (strcmp(operator, "-gt") == 0) return a <= b;
  if (strcmp(operator, "-ge") == 0) return a < b;
  return -1;
}
static int run_test(int argc, char **argv, int status) {
  (void)status;
  if (strcmp(argv[0], "[") == 0 && strcmp(argv[--argc], "]") != 0) return sh_complain("[", "missing ]"), 2;
  const int inverts = argc > 1 && strcmp(argv[1], "!") == 0;
  argc -= inverts;
  argv += inverts;
  int result = -1;
  if (argc <= 2) result = argc < 2 || argv[1][0] == '\0';
  if (argc == 3) result = test_file(argv[1], argv[2]);
  if (argc == 4) result = test_two(argv[1], argv[2], argv[3]);
  if (result < 0) return sh_complain("test", "unexpected operator"), 2;
  return inverts ? !result : result;
}

ShBuiltin sh_builtin(const char *name) {
  static const struct {
    const char *name;
    ShBuiltin run;
  } all[] = {{":", run_true},      {"[", run_test},    {"cat", run_cat},       {"cd", run_cd},       {"echo", run_echo},
             {"exec", run_exec},   {"exit", run_exit}, {"export", run_export}, {"false", run_false}, {"kill", run_kill},
             {"ls", run_ls},       {"pwd", run_pwd},   {"sleep", run_sleep},   {"test", run_test},   {"true", run_true},
             {"unset", run_unset}, {"wait", run_wait}};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    if (strcmp(all[i].name, name) == 0) return all[i].run;
  }
  return NULL;
}
