/* The shell that system(3) and popen(3) run, an ordinary program that ships beside the runtime: lists, pipelines,
 * subshells, redirections, quotes, variables and patterns, as POSIX has them (XCU 2). README.md says what it has not.
 * It executes what it reads as it reads it; what && and || leave out is read, and not done. */
#include "sh.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *at; /* what is left of the text */
static int line = 1;
static int is_skipping; /* reads and does nothing */
static int status;      /* $? */
static pid_t last_background;

static void run_list(void);

void sh_complain(const char *what, const char *why) {
  fprintf(stderr, "sh: %d: %s%s%s\n", line, what, *why ? ": " : "", why);
}

static void stop_at(const char *what) {
  sh_complain("Syntax error", what);
  exit(2);
}

static int is_blank(char letter) { return letter == ' ' || letter == '\t'; }

static void skip_blanks(void) {
  for (;; ++at) {
    if (at[0] == '\\' && at[1] == '\n')
      ++at;
    else if (!is_blank(*at))
      break;
  }
  if (*at == '#') at += strcspn(at, "\n");
}
static void skip_lines(void) {
  for (skip_blanks(); *at == '\n'; skip_blanks()) ++at, ++line;
}

/* What a command is told to do with a descriptor: a file's name, or another descriptor's number, or "-". */
struct Redirection {
  int fd;
  int flags; /* of open(2); -1: of another */
  char *target;
};
struct Command {
  struct ShWords words, assignments;
  struct Redirection redirections[16];
  int redirection_count;
  const char *body; /* of a subshell */
  int body_line;
};

static void read_redirection(struct Command *to) {
  const int digit = isdigit((unsigned char)*at) ? *at++ - '0' : -1;
  const char kind = *at++;
  struct Redirection next = {.fd = digit >= 0 ? digit : kind == '>', .flags = O_WRONLY | O_CREAT | O_TRUNC};
  if (kind == '<') next.flags = *at == '>' ? O_RDWR | O_CREAT : O_RDONLY;
  if (kind == '<' && *at == '<') stop_at("here-documents are not supported");
  if (kind == '>' && *at == '>') next.flags = O_WRONLY | O_CREAT | O_APPEND;
  if (*at == '&') next.flags = -1;
  if (strchr("<>&|", *at) != NULL && *at != '\0') ++at;
  skip_blanks();
  if (sh_ends_word(*at)) stop_at("a redirection needs a name");
  struct ShWords name = {0};
  at = sh_read_word(at, &name, 0, status);
  if (at == NULL) exit(2);
  if (name.count == 0) sh_add_word(&name, strdup(""));
  next.target = name.at[0];
  if (to->redirection_count == 16) stop_at("more than 16 redirections");
  to->redirections[to->redirection_count++] = next;
}

static int is_redirection(void) {
  return *at == '<' || *at == '>' || (isdigit((unsigned char)at[0]) && (at[1] == '<' || at[1] == '>'));
}

static size_t assignment_length(void) {
  const size_t length = sh_name_length(at);
  return length > 0 && !isdigit((unsigned char)*at) && at[length] == '=' ? length + 1 : 0;
}

/* A simple command, or a subshell, whose text is remembered. */
static struct Command read_command(void) {
  struct Command next = {0};
  skip_blanks();
  if (*at == '(') {
    next.body = ++at;
    next.body_line = line;
    ++is_skipping;
    run_list();
    --is_skipping;
    if (*at++ != ')') stop_at("\")\" expected");
  }
  for (skip_blanks();; skip_blanks()) {
    if (is_redirection())
      read_redirection(&next);
    else if (sh_ends_word(*at))
      break;
    else if (next.body != NULL)
      stop_at("word unexpected behind \")\"");
    else {
      const int assigns = next.words.count == 0 && assignment_length() > 0;
      at = sh_read_word(at, assigns ? &next.assignments : &next.words, !assigns && !is_skipping, status);
      if (at == NULL) exit(2);
    }
  }
  if (next.body == NULL && next.words.count + next.assignments.count + (size_t)next.redirection_count == 0 &&
      !is_skipping)
    stop_at(*at == '\0' ? "end of text unexpected" : "a command expected");
  return next;
}

static int redirect(const struct Command *command) {
  for (int i = 0; i < command->redirection_count; ++i) {
    const struct Redirection *next = &command->redirections[i];
    if (next->flags < 0 && strcmp(next->target, "-") == 0) {
      close(next->fd);
      continue;
    }
    const int fd = next->flags < 0 ? atoi(next->target) : open(next->target, next->flags, 0666);
    if (fd < 0 || (fd != next->fd && dup2(fd, next->fd) < 0)) {
      sh_complain(next->target, strerror(errno));
      return -1;
    }
    if (next->flags >= 0 && fd != next->fd) close(fd);
  }
  return 0;
}

static void assign(const struct Command *command) {
  for (size_t i = 0; i < command->assignments.count; ++i) putenv(command->assignments.at[i]);
}

/* In a child: comes back never. */
static void become(const struct Command *command) {
  if (redirect(command) != 0) _exit(2);
  if (command->body != NULL) {
    at = command->body;
    line = command->body_line;
    run_list();
    exit(status);
  }
  assign(command);
  if (command->words.count == 0) exit(0);
  const ShBuiltin builtin = sh_builtin(command->words.at[0]);
  if (builtin != NULL) exit(builtin((int)command->words.count, command->words.at, status));
  execvp(command->words.at[0], command->words.at);
  const int why = errno;
  sh_complain(command->words.at[0], why == ENOENT ? "not found" : strerror(why));
  _exit(why == ENOENT ? 127 : 126);
}

/* The builtin in this process, its redirections undone afterwards; exec keeps them. */
static void run_here(const struct Command *command) {
  int kept[16];
  const int is_exec = command->words.count > 0 && strcmp(command->words.at[0], "exec") == 0;
  const int count = is_exec ? 0 : command->redirection_count;
  for (int i = 0; i < count; ++i) kept[i] = fcntl(command->redirections[i].fd, F_DUPFD_CLOEXEC, 10);
  const int before = status;
  status = redirect(command) != 0 ? 2 : 0;
  if (status == 0) assign(command);
  if (status == 0 && command->words.count > 0)
    status = sh_builtin(command->words.at[0])((int)command->words.count, command->words.at, before);
  fflush(stdout);
  for (int i = count - 1; i >= 0; --i) {
    if (kept[i] >= 0)
      dup2(kept[i], command->redirections[i].fd), close(kept[i]);
    else
      close(command->redirections[i].fd);
  }
}

static int status_of(int raw) { return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw); }

static pid_t start(const struct Command *command, int in, const int out[2]) {
  fflush(NULL);
  const pid_t child = fork();
  if (child < 0) {
    sh_complain("fork", strerror(errno));
    exit(2);
  }
  if (child > 0) return child;
  if (in >= 0) dup2(in, 0), close(in);
  if (out != NULL) dup2(out[1], 1), close(out[0]), close(out[1]);
  become(command);
  _exit(2);
}

static int next_is_pipe(void) { return at[0] == '|' && at[1] != '|'; }

static void run_pipeline(void) {
  skip_blanks();
  const int inverts = at[0] == '!' && is_blank(at[1]);
  if (inverts) ++at;
  int in = -1, ends[2];
  pid_t last = -1;
  for (int is_first = 1;; is_first = 0) {
    const struct Command command = read_command();
    const int goes_on = next_is_pipe();
    if (!is_skipping) {
      const int is_here = command.body == NULL && (command.words.count == 0 || sh_builtin(command.words.at[0]) != NULL);
      if (is_first && !goes_on && is_here) {
        run_here(&command);
        break;
      }
      if (goes_on && pipe(ends) != 0) exit(2);
      last = start(&command, in, goes_on ? ends : NULL);
      if (in >= 0) close(in);
      if (goes_on) close(ends[1]), in = ends[0];
    }
    if (!goes_on) break;
    ++at;
    skip_lines();
  }
  if (last > 0) { /* the others of the pipeline are waited for, too: they end before or by it */
    int raw = 0, other;
    while (waitpid(last, &raw, 0) < 0 && errno == EINTR) continue;
    status = status_of(raw);
    for (pid_t child; (child = waitpid(-1, &other, last_background > 0 ? WNOHANG : 0)) > 0;) continue;
  }
  if (inverts && !is_skipping) status = status == 0;
}

static void run_and_or(void) {
  run_pipeline();
  for (skip_blanks(); (at[0] == '&' && at[1] == '&') || (at[0] == '|' && at[1] == '|'); skip_blanks()) {
    const int leaves_out = (at[0] == '&') == (status != 0);
    at += 2;
    skip_lines();
    is_skipping += leaves_out;
    run_pipeline();
    is_skipping -= leaves_out;
  }
}

/* What ends with & is read once to find that out, and again by a child. */
static void run_in_background(const char *from, int from_line) {
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    at = from;
    line = from_line;
    run_and_or();
    exit(status);
  }
  last_background = child;
  status = 0;
}

static void run_list(void) {
  for (skip_lines(); *at != '\0' && *at != ')'; skip_lines()) {
    const char *from = at;
    const int from_line = line;
    ++is_skipping;
    run_and_or();
    --is_skipping;
    skip_blanks();
    const int is_background = *at == '&';
    if (!is_skipping && is_background) run_in_background(from, from_line);
    if (!is_skipping && !is_background) {
      at = from;
      line = from_line;
      run_and_or();
      skip_blanks();
    }
    if (*at == ';' || *at == '&')
      ++at;
    else if (*at != '\n' && *at != '\0' && *at != ')')
      stop_at("\";\" expected");
  }
}

static char *read_all(int fd) {
  size_t length = 0, room = 4096;
  char *text = malloc(room);
  for (ssize_t got; text != NULL && (got = read(fd, text + length, room - length - 1)) > 0;) {
    length += (size_t)got;
    if (room - length < 2) text = realloc(text, room *= 2);
  }
  if (text != NULL) text[length] = '\0';
  return text;
}

int main(int argc, char **argv) {
  const int has_text = argc > 2 && strcmp(argv[1], "-c") == 0;
  const int first = has_text ? 3 : 1;
  sh_set_parameters(argc - first, argv + first, argc > first ? argv[first] : argv[0]);
  if (has_text) {
    at = argv[2];
  } else {
    const int fd = argc > 1 ? open(argv[1], O_RDONLY) : 0;
    if (fd < 0) {
      sh_complain(argv[1], strerror(errno));
      return 127;
    }
    at = read_all(fd);
  }
  if (at == NULL) return 2;
  run_list();
  if (*at == ')') stop_at("\")\" unexpected");
  return status;
}
