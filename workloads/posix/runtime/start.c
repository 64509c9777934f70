/* The first and the last thing a process does. */
#include <assert.h>
#include <cpuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime.h"

char **environ;
extern char **__environ __attribute__((alias("environ")));
char *program_invocation_name;
char *program_invocation_short_name;
void *__dso_handle __attribute__((visibility("hidden"))) = &__dso_handle;

/* Filled by the linker script: constructors and destructors, which the dynamic linker must not run. */
typedef void (*SbConstructor)(int, char **, char **);
extern SbConstructor signalbox_preinit_begin[], signalbox_init_end[];
extern void (*signalbox_fini_begin[])(void), (*signalbox_fini_end[])(void);
extern int main(int, char **, char **);

static void start(uint64_t argc, char **argv, char **envp);

struct SignalboxImageHeader signalbox_image = {.version = SIGNALBOX_IMAGE_VERSION, .start = start};

/* What programs count down at each edge (tools/compiler/edge_code), under a name of its own: a place in the header. */
__asm__(".globl signalbox_edges\n\t.hidden signalbox_edges\n\t.set signalbox_edges, signalbox_image + 56");
_Static_assert(offsetof(struct SignalboxImageHeader, edges) == 56, "as the assembly says");

/* And what signalbox_edges_gone (edges.S) calls when none are left. */
void sb_edges_gone(void) {
  const uint64_t none[6] = {0};
  signalbox_image.enter(SIGNALBOX_CALL_EDGES, none);
}

/* What compilers call at an edge, where nothing has put a count in its place. */
void __sanitizer_cov_trace_pc(void) {
  if (__builtin_expect(--signalbox_image.edges < 0, 0)) sb_edges_gone();
}

/* Whether the host keeps vector registers by XSAVE (AMD64 Architecture Programmer's Manual 2, 11.5: CPUID 1, ECX bit
 * 27). */
int sb_has_xsave __attribute__((visibility("hidden")));

static void look_at_processor(void) {
  unsigned a, b, c = 0, d;
  sb_has_xsave = __get_cpuid(1, &a, &b, &c, &d) && (c >> 27 & 1);
}

int64_t sb_raw(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  const uint64_t arguments[6] = {a, b, c, d, e, f};
  return signalbox_image.enter(number, arguments);
}

int64_t sb_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  return sb_answer(sb_raw(number, a, b, c, d, e, f));
}

static size_t up(size_t value, size_t alignment) { return (value + alignment - 1) & ~(alignment - 1); }

static size_t tls_alignment(void) { return signalbox_image.tls_alignment > 64 ? signalbox_image.tls_alignment : 64; }

size_t sb_tls_room(void) {
  return up(sizeof(struct SbThread), tls_alignment()) + signalbox_image.tls_bytes + tls_alignment();
}

struct SbThread *sb_make_thread(void *room) {
  char *at = (char *)up(SB_WORD(room), tls_alignment());
  struct SbThread *thread = (struct SbThread *)at;
  memset(thread, 0, sizeof *thread);
  thread->self = thread;
  thread->tls = at + up(sizeof *thread, tls_alignment());
  memcpy(thread->tls, signalbox_image.tls_begin, signalbox_image.tls_filled);
  memset(thread->tls + signalbox_image.tls_filled, 0, signalbox_image.tls_bytes - signalbox_image.tls_filled);
  return thread;
}

/* What compilers call for a thread's variable; the module is always this one. */
struct SbTlsIndex {
  uint64_t module, offset;
};
void *__tls_get_addr(struct SbTlsIndex *index) { return sb_self()->tls + index->offset; }

static void start(uint64_t argc, char **argv, char **envp) {
  look_at_processor();
  char room[sb_tls_room()];
  struct SbThread *self = sb_make_thread(room);
  signalbox_image.thread = self;
  environ = envp;
  self->tid = sb_raw(186, 0, 0, 0, 0, 0, 0); /* gettid */
  program_invocation_name = argc > 0 ? argv[0] : (char *)"";
  const char *slash = strrchr(program_invocation_name, '/');
  program_invocation_short_name = slash == NULL ? program_invocation_name : (char *)slash + 1;
  for (SbConstructor *constructor = signalbox_preinit_begin; constructor < signalbox_init_end; ++constructor) {
    (*constructor)((int)argc, argv, envp);
  }
  exit(main((int)argc, argv, envp));
}

/* Of atexit and on_exit, the last one first; a handler may add more. */
struct SbExit {
  void (*plain)(void);
  void (*with_argument)(void *);
  void (*with_status)(int, void *);
  void *argument;
  void *dso;
};
static struct SbExit *exits;
static size_t exit_count, exit_room;

void *sb_grow(void *array, size_t *room, size_t wanted, size_t size) {
  if (wanted <= *room) return array;
  size_t larger = *room == 0 ? 32 : *room * 2;
  while (larger < wanted) larger *= 2;
  array = realloc(array, larger * size);
  if (array != NULL) *room = larger;
  return array;
}

static int add_exit(struct SbExit handler) {
  struct SbExit *larger = sb_grow(exits, &exit_room, exit_count + 1, sizeof *exits);
  if (larger == NULL) return -1;
  exits = larger;
  exits[exit_count++] = handler;
  return 0;
}

int atexit(void (*handler)(void)) { return add_exit((struct SbExit){.plain = handler}); }
int on_exit(void (*handler)(int, void *), void *argument) {
  return add_exit((struct SbExit){.with_status = handler, .argument = argument});
}
int __cxa_atexit(void (*handler)(void *), void *argument, void *dso) {
  return add_exit((struct SbExit){.with_argument = handler, .argument = argument, .dso = dso});
}
void __cxa_finalize(void *dso) { (void)dso; }

void exit(int status) {
  sb_self()->is_ending = 1; /* what is left to write is written */
  while (exit_count > 0) {
    const struct SbExit handler = exits[--exit_count];
    if (handler.plain != NULL) handler.plain();
    if (handler.with_argument != NULL) handler.with_argument(handler.argument);
    if (handler.with_status != NULL) handler.with_status(status, handler.argument);
  }
  const size_t finis = (size_t)(signalbox_fini_end - signalbox_fini_begin);
  for (size_t i = finis; i > 0; --i) signalbox_fini_begin[i - 1]();
  sb_flush_all();
  _exit(status);
}

void _exit(int status) {
  for (;;) sb_raw(231, (uint64_t)status, 0, 0, 0, 0, 0); /* exit_group */
}
void _Exit(int status) { _exit(status); }
void quick_exit(int status) { _exit(status); }

void sb_say(const char *text) { sb_raw(1, 2, SB_WORD(text), strlen(text), 0, 0, 0); }

void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function) {
  fflush(NULL);
  fprintf(stderr, "%s: %s:%u: %s: Assertion `%s' failed.\n", program_invocation_short_name, file, line, function,
          assertion);
  abort();
}
void __assert(const char *assertion, const char *file, int line) {
  __assert_fail(assertion, file, (unsigned)line, "?");
}

/* Environment: strings of the program's own, or of setenv(3)'s. */
static size_t own_room;

static char **find_variable(const char *name, size_t length) {
  if (environ == NULL) return NULL;
  for (char **at = environ; *at != NULL; ++at) {
    if (strncmp(*at, name, length) == 0 && (*at)[length] == '=') return at;
  }
  return NULL;
}

char *getenv(const char *name) {
  const size_t length = strlen(name);
  char **at = find_variable(name, length);
  return at == NULL ? NULL : *at + length + 1;
}
char *secure_getenv(const char *name) { return getenv(name); }

static int is_name(const char *name) { return name != NULL && *name != '\0' && strchr(name, '=') == NULL; }

int putenv(char *text) {
  const char *equals = strchr(text, '=');
  if (equals == NULL) return unsetenv(text);
  char **at = find_variable(text, (size_t)(equals - text));
  if (at != NULL) {
    *at = text;
    return 0;
  }
  size_t count = 0;
  while (environ != NULL && environ[count] != NULL) ++count;
  if (own_room < count + 2) {
    const size_t room = (count + 2) * 2;
    char **larger = malloc(room * sizeof *larger);
    if (larger == NULL) return -1;
    if (count > 0) memcpy(larger, environ, count * sizeof *larger);
    if (own_room > 0) free(environ);
    environ = larger;
    own_room = room;
  }
  environ[count] = text;
  environ[count + 1] = NULL;
  return 0;
}

int setenv(const char *name, const char *value, int replace) {
  if (!is_name(name)) return sb_refuse(EINVAL);
  if (!replace && getenv(name) != NULL) return 0;
  char *text = malloc(strlen(name) + strlen(value) + 2);
  if (text == NULL) return -1;
  sprintf(text, "%s=%s", name, value);
  return putenv(text);
}

int unsetenv(const char *name) {
  if (!is_name(name)) return sb_refuse(EINVAL);
  for (char **at; (at = find_variable(name, strlen(name))) != NULL;) {
    do at[0] = at[1];
    while (*at++ != NULL);
  }
  return 0;
}

int clearenv(void) {
  environ = NULL;
  own_room = 0;
  return 0;
}
