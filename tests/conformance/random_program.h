/* What random programs do (random_programs_test.cpp). A deed mixes what it saw into its actor's digest: results, errno,
 * bytes, never addresses or numbers that the order of others decides. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_actors = 256, block_slots = 6, map_slots = 3, page = 4096 };

/* A thread's or a process's own. */
struct actor {
  unsigned long digest;
  int number, file;
  unsigned char *blocks[block_slots], *maps[map_slots];
  size_t sizes[block_slots], pages[map_slots];
  int threads, children;
  struct helper *started[most_actors];
  struct child {
    pid_t pid;
    int number;
  } forked[most_actors];
};

typedef void block_of_deeds(struct actor *);

struct helper {
  pthread_t thread;
  struct actor actor;
  block_of_deeds *block;
};

/* Of all processes. */
static struct {
  unsigned long sum, digests[most_actors];
} *shared;
static const char *folder;
/* Of each process. */
static unsigned char global[most_actors][64];
static unsigned long total;
static pthread_mutex_t total_lock = PTHREAD_MUTEX_INITIALIZER;

static void see(struct actor *self, const char *what, long value) {
  self->digest = (self->digest ^ (unsigned long)value) * 0x9e3779b97f4a7c15UL;
  self->digest ^= self->digest >> 29;
  if (self->number == 0) printf("%s %ld\n", what, value);
}

/* What a call answered. */
static void see_call(struct actor *self, const char *what, long result) {
  see(self, what, result < 0 ? -errno : result);
}

static unsigned char letter(const struct actor *self, size_t at) {
  return (unsigned char)(at * 31 + (size_t)self->number * 7 + (at >> 8));
}

static long sum_of(const unsigned char *bytes, size_t count) {
  long sum = 0;
  for (size_t i = 0; i < count; ++i) sum = sum * 3 + bytes[i];
  return sum;
}

static void name_file(const struct actor *self, char *name, size_t size, const char *suffix) {
  snprintf(name, size, "%s/random_%d%s", folder, self->number, suffix);
}

static void open_file(struct actor *self) {
  char name[256];
  name_file(self, name, sizeof name, "");
  self->file = open(name, O_CREAT | O_RDWR | O_TRUNC, 0640);
  if (self->file < 0) see_call(self, "open", -1);
}

static void compute(struct actor *self, int a, int b) {
  unsigned long value = (unsigned long)b;
  for (int i = 0; i < a * 8; ++i) value = value * 6364136223846793005UL + (value >> 7);
  see(self, "compute", (long)(value >> 8));
}

static void use_heap(struct actor *self, int a, int b) {
  const int slot = a % block_slots;
  unsigned char *block = self->blocks[slot];
  size_t size = self->sizes[slot];
  if (block != NULL) see(self, "block", sum_of(block, size));
  if (block == NULL || b % 2 == 1) {
    const size_t wanted = (size_t)(b * b * (a % 16 == 0 ? 8 : 1) + 1);
    block = block == NULL && b % 8 == 0 ? calloc(wanted, 1) : realloc(block, wanted);
    if (b % 8 != 0 || size > 0) {
      for (size_t i = size; i < wanted; ++i) block[i] = letter(self, i);
    }
    size = wanted;
  } else {
    free(block);
    block = NULL;
    size = 0;
  }
  self->blocks[slot] = block;
  self->sizes[slot] = size;
}

static void use_global(struct actor *self, int a, int b) {
  unsigned char *own = global[self->number];
  own[a % 64] += (unsigned char)b;
  see(self, "global", sum_of(own, 64));
}

static void use_file(struct actor *self, int a, int b) {
  unsigned char bytes[1024];
  const size_t count = (size_t)b * 4;
  memset(bytes, 0, sizeof bytes);
  switch (a % 6) {
    case 0:
      for (size_t i = 0; i < count; ++i) bytes[i] = letter(self, i + (size_t)a);
      see_call(self, "write", write(self->file, bytes, count));
      break;
    case 1:
      see_call(self, "read", read(self->file, bytes, count));
      break;
    case 2:
      see_call(self, "lseek", lseek(self->file, a * 16 - b, b % 3));
      break;
    case 3:
      see_call(self, "pwrite", pwrite(self->file, "overwritten", 11, a * 40));
      break;
    case 4:
      see_call(self, "pread", pread(self->file, bytes, count, a * 8));
      break;
    default:
      see_call(self, "ftruncate", ftruncate(self->file, a * 32));
  }
  see(self, "bytes", sum_of(bytes, sizeof bytes));
}

static void use_names(struct actor *self, int a, int b) {
  char name[256], other[256];
  struct stat found = {0};
  name_file(self, name, sizeof name, "");
  name_file(self, other, sizeof other, b % 2 ? "_b" : "_c");
  if (a % 5 == 0) see_call(self, "link", link(name, other));
  if (a % 5 == 1) see_call(self, "rename", rename(other, name));
  if (a % 5 == 2) see_call(self, "unlink", unlink(other));
  if (a % 5 == 3) see_call(self, "mkdir", mkdir(other, 0750));
  if (a % 5 == 4) see_call(self, "rmdir", rmdir(other));
  see_call(self, "stat", stat(other, &found));
  if (!S_ISDIR(found.st_mode)) see(self, "size", found.st_size);
  see(self, "mode", (long)found.st_mode);
  see_call(self, "fstat", fstat(self->file, &found));
  see(self, "links", (long)found.st_nlink);
}

static void use_maps(struct actor *self, int a, int b) {
  const int slot = a % map_slots;
  unsigned char *map = self->maps[slot];
  const size_t bytes = self->pages[slot] * page;
  if (map == NULL) {
    self->pages[slot] = (size_t)(1 + b % 5);
    map = mmap(NULL, self->pages[slot] * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    see(self, "fresh", sum_of(map, self->pages[slot] * page));
  } else if (b % 4 == 0) {
    see_call(self, "munmap", munmap(map, bytes));
    map = NULL;
  } else if (b % 4 == 1) {
    self->pages[slot] += 2;
    map = mremap(map, bytes, self->pages[slot] * page, MREMAP_MAYMOVE);
    see(self, "moved", sum_of(map, self->pages[slot] * page));
  } else if (b % 4 == 2) {
    see_call(self, "mprotect", mprotect(map, page, PROT_READ));
    see_call(self, "pread", pread(self->file, map, 16, 0) < 0 ? -1 : 0);
    see_call(self, "mprotect", mprotect(map, page, PROT_READ | PROT_WRITE));
  } else {
    see_call(self, "madvise", madvise(map + bytes - page, page, MADV_DONTNEED));
  }
  if (map != NULL) map[(size_t)(a * b) % (self->pages[slot] * page)] = (unsigned char)(b | 1);
  self->maps[slot] = map;
}

static void err(struct actor *self, int a, int b) {
  char name[64];
  snprintf(name, sizeof name, "/nowhere/%d", b);
  if (a % 8 == 0) see_call(self, "close", close(-1 - b));
  if (a % 8 == 1) see_call(self, "open", open(name, O_RDONLY));
  if (a % 8 == 2) see_call(self, "munmap", munmap((void *)(long)(b * 2 + 1), page));
  if (a % 8 == 3) {
    lseek(self->file, 0, SEEK_SET);  /* beyond its end Linux 6.18 makes the file longer, though nothing is written */
    see_call(self, "write", write(self->file, (void *)8, 4));
  }
  if (a % 8 == 4) see_call(self, "kill", kill(getpid(), 65 + b));
  if (a % 8 == 5)
    see_call(self, "mmap", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  if (a % 8 == 6) see_call(self, "lseek", lseek(self->file, -1000000, SEEK_CUR));
  if (a % 8 == 7) see_call(self, "mkdir", mkdir("", 0700));
}

static int compare_bytes(const void *a, const void *b) { return *(const unsigned char *)a - *(const unsigned char *)b; }

static void use_library(struct actor *self, int a, int b) {
  char text[128];
  const int length = snprintf(text, sizeof text, "%05d|%-6x|%+.3f|%g|%s", a, b, a / (b + 0.5), b * 1e10, "end");
  see(self, "text", sum_of((unsigned char *)text, (size_t)length));
  see(self, "number", strtol(text, NULL, 10) + (long)(strtod("2.5e3", NULL) * a));
  qsort(text, (size_t)length, 1, compare_bytes);
  see(self, "sorted", sum_of((unsigned char *)text, (size_t)length));
}

static void leap(struct actor *self, int a, int b) {
  jmp_buf place;
  volatile int left = a % 10 + 1;
  if (setjmp(place) < b % 10 && left-- > 0) longjmp(place, a % 10 - left + 1);
  see(self, "leap", left);
}

static void nap(struct actor *self, int a, int b) {
  (void)b;
  see_call(self, "nap", usleep((useconds_t)a));
}

static void add(struct actor *self, int a, int b) {
  (void)self;
  __atomic_fetch_add(&shared->sum, (unsigned long)(a * b), __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&total_lock);
  total += (unsigned long)a;
  pthread_mutex_unlock(&total_lock);
}

static void join(struct actor *self) {
  if (self->threads == 0) return;
  struct helper *helper = self->started[--self->threads];
  pthread_join(helper->thread, NULL);
  see(self, "joined", (long)(helper->actor.digest >> 1));
  free(helper);
}

static void reap(struct actor *self) {
  if (self->children == 0) return;
  const struct child child = self->forked[--self->children];
  int status = 0;
  see(self, "reaped", waitpid(child.pid, &status, 0) == child.pid);
  see(self, "status", status & 0xff7f);
  see(self, "digest", (long)(shared->digests[child.number] >> 1));
}

/* All that is its own, at its end. */
static void finish(struct actor *self) {
  while (self->threads > 0) join(self);
  while (self->children > 0) reap(self);
  for (int i = 0; i < block_slots; ++i) {
    if (self->blocks[i] != NULL) see(self, "last block", sum_of(self->blocks[i], self->sizes[i]));
    free(self->blocks[i]);
  }
  for (int i = 0; i < map_slots; ++i) {
    if (self->maps[i] != NULL) see(self, "last map", sum_of(self->maps[i], self->pages[i] * page));
    if (self->maps[i] != NULL) munmap(self->maps[i], self->pages[i] * page);
  }
  close(self->file);
}

static void *run_helper(void *argument) {
  struct helper *helper = argument;
  open_file(&helper->actor);
  helper->block(&helper->actor);
  finish(&helper->actor);
  return NULL;
}

static void start(struct actor *self, block_of_deeds *block, int number) {
  struct helper *helper = calloc(1, sizeof *helper);
  helper->block = block;
  helper->actor.number = number;
  see(self, "start", pthread_create(&helper->thread, NULL, run_helper, helper));
  self->started[self->threads++] = helper;
}

static void end_as(const struct actor *self, int kind) {
  volatile int *volatile nowhere = NULL;
  volatile int one = 1, zero = 0;
  if (kind == 1) *nowhere = 1;
  if (kind == 2) _exit(one / zero);
  if (kind == 3) abort();
  if (kind == 4) kill(getpid(), SIGKILL);
  if (kind == 5) exit((int)(self->digest & 127));
  _exit((int)(self->digest & 127));
}

/* A child goes on with copies of all that is its parent's; a fork copies one thread only, so there is but one. */
static void spawn(struct actor *self, block_of_deeds *block, int number, int kind) {
  while (self->threads > 0) join(self);
  fflush(stdout);
  const pid_t pid = fork();
  if (pid != 0) {
    see(self, "fork", pid > 0);
    self->forked[self->children++] = (struct child){pid, number};
    return;
  }
  self->number = number;
  self->children = 0;
  close(self->file);
  open_file(self);
  block(self);
  finish(self);
  see(self, "total", (long)total);
  shared->digests[number] = self->digest;
  end_as(self, kind);
}

static void begin(struct actor *self, const char *where) {
  folder = where;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  open_file(self);
}

static int end(struct actor *self) {
  finish(self);
  printf("digest %lx, sum %lu, total %lu\n", self->digest, shared->sum, total);
  return 0;
}
