/* system(3), popen(3), glob(3), fnmatch(3). The host's shell is another one: only what POSIX says of both is compared.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(const char *command) {
  fflush(stdout);
  const int status = system(command);
  printf("%s -> %d %d\n", command, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
         WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void commands(void) {
  static const char *const all[] = {"exit 7",
                                    "echo a  b",
                                    "echo 'a  b' \"c $HOME_OF_NOBODY d\" e\\ f",
                                    "X=5; Y=\"$X 6\"; echo $Y \"${X}7\" '$X'",
                                    "false || echo no; true && echo yes; false && echo never || echo otherwise",
                                    "echo one | cat | cat",
                                    "(echo sub; exit 3); echo $?",
                                    "no_such_program_at_all 2>/dev/null",
                                    "echo out > f; cat f; echo more >> f; cat < f",
                                    "cat no_such_file 2>/dev/null | cat; echo $?",
                                    "echo err 2>/dev/null 1>&2; ! true; echo $?",
                                    "echo a; echo b # comment",
                                    "[ 3 -lt 4 ] && echo less; test -d . && echo folder; [ x = y ] || echo differ",
                                    "echo x > g1; echo y > g2; echo g*; echo 'g*' \"g?\" nothing_like_*",
                                    "mkfifo_is_no_builtin=1; (sleep 0.01; echo late) & echo early; wait",
                                    "true && (false || (echo deep; exit 9))",
                                    "sh -c 'echo nested $0 $1' name argument",
                                    "kill -9 $$",
                                    "kill -TERM $$; echo alive",
                                    "false; exit",
                                    "false || exit",
                                    "false && echo > $HOME_OF_NOBODY; echo $?",
                                    "echo $#; cd /; pwd",
                                    "exec echo replaced; echo never",
                                    ""};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) run(all[i]);
  printf("no name: %d\n", system("(echo > $HOME_OF_NOBODY) 2>/dev/null") != 0);
  printf("there is a shell: %d\n", system(NULL) != 0);
}

static void pipes(void) {
  char line[64];
  FILE *from = popen("echo first; echo second; exit 4", "r");
  while (fgets(line, sizeof line, from) != NULL) printf("read %s", line);
  printf("status %d\n", WEXITSTATUS(pclose(from)));
  fflush(stdout);
  FILE *to = popen("cat; echo the end", "w");
  FILE *beside = popen("cat > beside", "w"); /* has no end of the first one's pipe, or that would never end */
  fprintf(to, "written %d\n", 1);
  fputs("for a file\n", beside);
  printf("status %d\n", pclose(to));
  printf("status %d\n", pclose(beside));
  fflush(stdout);
  run("cat beside");
  errno = 0;
  printf("%d", popen("true", "x") == NULL);
  printf(" %d\n", errno == EINVAL);
  from = popen("echo closed", "re");
  printf("closes on exec: %d\n", (fcntl(fileno(from), F_GETFD) & FD_CLOEXEC) != 0);
  pclose(from);
  signal(SIGINT, SIG_IGN);
  run("kill -2 $$; echo goes on");
  signal(SIGINT, SIG_DFL);
  run("kill -2 $$; echo never");
}

static void globbed(const char *pattern, int flags) {
  glob_t found;
  found.gl_offs = 2;
  const int answer = glob(pattern, flags, NULL, &found);
  printf("%s %d:", pattern, answer);
  if (answer == 0) {
    const size_t first = (flags & GLOB_DOOFFS) != 0 ? 2 : 0;
    for (size_t i = 0; i < found.gl_pathc; ++i) printf(" %s", found.gl_pathv[first + i]);
    printf(" (%zu)", found.gl_pathc);
    globfree(&found);
  }
  puts("");
}
static void touch(const char *path) { close(open(path, O_CREAT | O_WRONLY, 0600)); }
static void globs(void) {
  mkdir("t", 0700);
  mkdir("t/sub", 0700);
  mkdir("t/sub2", 0700);
  static const char *const names[] = {"t/a.c", "t/b.c", "t/.hidden", "t/sub/x.c", "t/sub2/y.c", "t/*star", "t/z[1]"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) touch(names[i]);
  static const char *const patterns[] = {"t/*",       "t/*.c",  "t/.*n",    "t/[ab].c", "t/[!a].c",  "t/sub*/*.c",
                                         "t/*/",      "t/a.c",  "t/none",   "t/*q",     "t/\\*star", "t/z\\[1]",
                                         "nowhere/*", "t//?.c", "t/sub/..", "*/sub*/x*"};
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; ++i) globbed(patterns[i], 0);
  globbed("t/*", GLOB_MARK);
  globbed("t/*", GLOB_ONLYDIR | GLOB_MARK);
  globbed("t/*q", GLOB_NOCHECK);
  globbed("t/none", GLOB_NOMAGIC);
  globbed("t/*.c", GLOB_DOOFFS);
  glob_t both;
  glob("t/b*", 0, NULL, &both);
  glob("t/a*", GLOB_APPEND, NULL, &both);
  printf("appended %zu %s %s\n", both.gl_pathc, both.gl_pathv[0], both.gl_pathv[1]);
  globfree(&both);
}

static void patterns(void) {
  static const struct {
    const char *pattern, *text;
    int flags;
  } all[] = {{"*", "", 0},
             {"a*b*c", "aXbYc", 0},
             {"a*b*c", "aXbY", 0},
             {"?", "/", FNM_PATHNAME},
             {"*", "a/b", 0},
             {"*", "a/b", FNM_PATHNAME},
             {"*", ".x", FNM_PERIOD},
             {"a/*", "a/.x", FNM_PERIOD | FNM_PATHNAME},
             {"[a-c]x", "bx", 0},
             {"[!a-c]x", "bx", 0},
             {"[^a-c]x", "dx", 0},
             {"[]]", "]", 0},
             {"[[:digit:]a]*", "7", 0},
             {"[[:upper:]]", "a", 0},
             {"[[:upper:]]", "A", 0},
             {"\\*", "*", 0},
             {"\\*", "\\x", FNM_NOESCAPE},
             {"ABC", "abc", FNM_CASEFOLD},
             {"[a-z]", "Q", FNM_CASEFOLD},
             {"a", "a/b", FNM_LEADING_DIR},
             {"[a", "[a", 0},
             {"a]", "a]", 0},
             {"[a-]", "-", 0},
             {"**x", "aax", 0},
             {"", "", 0},
             {"", "a", 0},
             {"[.]x", ".x", FNM_PERIOD},
             {"[/]", "/", FNM_PATHNAME},
             {"a[b/c]d", "a/d", FNM_PATHNAME}};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i)
    printf("%s %s %d: %d\n", all[i].pattern, all[i].text, all[i].flags,
           fnmatch(all[i].pattern, all[i].text, all[i].flags));
}

static void remove_all(void) {
  static const char *const parts[] = {"t/sub*/*", "t/*", "t/.h*", "*"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    glob_t found;
    if (glob(parts[i], 0, NULL, &found) != 0) continue;
    for (size_t k = 0; k < found.gl_pathc; ++k) remove(found.gl_pathv[k]);
    globfree(&found);
  }
}

static char folder[] = "/tmp/shellXXXXXX";

int main(void) {
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) return 1;
  setenv("HOME", "/", 1);
  commands();
  pipes();
  patterns();
  globs();
  remove_all();
  return rmdir(folder);
}
