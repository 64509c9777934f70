/* Files in memory: what mappings, calls on the file and relatives see of each other, and what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096, pages = 40 };

static void say(const char *what, long result) {
  printf("%-48s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}
#define SAY(call) say(#call, (long)(call))
#define SAY_MAP(call) say(#call, (call) == MAP_FAILED ? -1 : 0)

static int make_file(const char *name) {
  static char block[page];
  const int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int i = 0; i < pages; ++i) {
    memset(block, 'a' + i % 26, sizeof block);
    if (write(file, block, sizeof block) != sizeof block) exit(1);
  }
  return file;
}

static unsigned long sum(const char *from, size_t bytes) {
  unsigned long total = 0;
  for (size_t i = 0; i < bytes; ++i) total = total * 31 + (unsigned char)from[i];
  return total;
}

static void refusals(int file) {
  const int reads = open("data", O_RDONLY);
  const int writes = open("data", O_WRONLY);
  int ends[2];
  if (pipe(ends) < 0) exit(1);
  const int folder = open(".", O_RDONLY | O_DIRECTORY);
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, 99, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, writes, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_PRIVATE, writes, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, reads, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, reads, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, ends[0], 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, folder, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, file, 1));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED, file, -page));
  SAY_MAP(mmap(NULL, 0, PROT_READ, MAP_SHARED, file, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, 0, file, 0));
  SAY_MAP(mmap(NULL, page, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, file, 0));
  close(reads), close(writes), close(ends[0]), close(ends[1]), close(folder);
}

static void views(int file) {
  char *shared = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *own = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 2 * page);
  char byte = 0;
  printf("%lu\n", sum(shared, pages * page));
  shared[5] = '5';
  SAY(pread(file, &byte, 1, 5));
  printf("%c %c %c\n", byte, own[0], shared[2 * page]);
  own[0] = 'O';
  shared[2 * page] = 'S';
  printf("%c %c\n", own[0], shared[2 * page]);
  SAY(pwrite(file, "written", 7, 3 * page));
  printf("%.7s %.7s\n", own + page, shared + 3 * page);
  /* Calls whose buffers are in the file: bytes move from page to page of it, and structures are put there. */
  SAY(pread(file, shared + 20 * page - 3, page, 4 * page));
  SAY(pwrite(file, shared + 2 * page - 2, 4, 30 * page - 2));
  printf("%.4s\n", shared + 30 * page - 2);
  SAY(fstat(file, (struct stat *)(shared + 33 * page - 8)));
  printf("%ld\n", (long)((struct stat *)(shared + 33 * page - 8))->st_size);
  strcpy(shared + 36 * page, "data");
  SAY(access(shared + 36 * page, R_OK));
  SAY(msync(shared, pages * page, MS_SYNC));
  SAY(msync(shared + 1, page, MS_SYNC));
  SAY(munmap(own, 4 * page));
  SAY(msync(own, page, MS_SYNC));
  memset(shared + 33 * page - 8, 0, sizeof(struct stat));
  printf("%lu\n", sum(shared, pages * page));
  SAY(munmap(shared, pages * page));
}

static void changes(int file) {
  char *map = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  map[0] = map[3 * page] = 'w';
  SAY(mprotect(map, 2 * page, PROT_READ));
  SAY(mprotect(map, 2 * page, PROT_READ | PROT_WRITE));
  map[1] = 'v';
  char *moved = mremap(map, 8 * page, 12 * page, MREMAP_MAYMOVE);
  printf("%c%c%c%c%c\n", moved[0], moved[1], moved[3 * page], moved[4 * page], moved[11 * page]);
  SAY(madvise(moved, 4 * page, MADV_DONTNEED));
  printf("%c%c%c\n", moved[0], moved[1], moved[3 * page]);
  SAY(munmap(moved + page, page));
  char *fixed = mmap(moved + page, page, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 9 * page);
  printf("%d %c%c%c\n", fixed == moved + page, moved[0], moved[page], moved[2 * page]);
  SAY(mlock(moved, page));
  SAY(munlock(moved, page));
  SAY(munmap(moved, 12 * page));
}

static void family(int file) {
  char *shared = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *own = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  own[0] = '1';
  int turns[2][2];
  if (pipe(turns[0]) < 0 || pipe(turns[1]) < 0) exit(1);
  char turn = 0;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 20; ++i) {
      if (read(turns[0][0], &turn, 1) != 1) exit(1);
      own[0] = (char)(own[0] + 1);
      shared[page + i] = own[0];
      if (write(turns[1][1], "c", 1) != 1) exit(1);
    }
    shared[0] = own[page];
    char *later = mmap(NULL, page, PROT_READ, MAP_SHARED, file, page);
    exit(later[19] - '1');
  }
  for (int i = 0; i < 20; ++i) {
    own[page] = (char)('A' + i);
    if (write(turns[0][1], "p", 1) != 1 || read(turns[1][0], &turn, 1) != 1) exit(1);
    putchar(shared[page + i]);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf(" %c %c %c %d\n", own[0], own[page], shared[0], WEXITSTATUS(status));
  munmap(shared, 4 * page), munmap(own, 4 * page);
}

/* A lock and a condition in a file, between processes. */
static void lock(void) {
  struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int value;
  };
  const int file = open("lock", O_RDWR | O_CREAT | O_TRUNC, 0600);
  SAY(ftruncate(file, sizeof(struct shared)));
  struct shared *map = mmap(NULL, sizeof *map, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&map->mutex, &mutex);
  pthread_condattr_t changed;
  pthread_condattr_init(&changed);
  pthread_condattr_setpshared(&changed, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&map->changed, &changed);
  fflush(stdout);
  if (fork() == 0) {
    struct shared *again = mmap(NULL, sizeof *map, PROT_READ | PROT_WRITE, MAP_SHARED, open("lock", O_RDWR), 0);
    for (int i = 0; i < 100; ++i) {
      pthread_mutex_lock(&again->mutex);
      while (again->value % 2 == 0) pthread_cond_wait(&again->changed, &again->mutex);
      ++again->value;
      pthread_cond_signal(&again->changed);
      pthread_mutex_unlock(&again->mutex);
    }
    _exit(0);
  }
  for (int i = 0; i < 100; ++i) {
    pthread_mutex_lock(&map->mutex);
    while (map->value % 2 == 1) pthread_cond_wait(&map->changed, &map->mutex);
    ++map->value;
    pthread_cond_signal(&map->changed);
    pthread_mutex_unlock(&map->mutex);
  }
  int status = 0;
  wait(&status);
  printf("%d %d\n", map->value, status);
}

/* A handler that gives the file the page that was missing: the access is made again. */
static int grown;
static void grow(int number) {
  (void)number;
  if (ftruncate(grown, 2 * page) < 0) _exit(1);
}

static void handled(void) {
  grown = open("grown", O_RDWR | O_CREAT | O_TRUNC, 0600);
  SAY(ftruncate(grown, page));
  volatile char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, grown, 0);
  signal(SIGBUS, grow);
  map[page] = 'g';
  printf("%c\n", map[page]);
  signal(SIGBUS, SIG_DFL);
  fflush(stdout);
  if (fork() == 0) {
    if (ftruncate(grown, 0) < 0) _exit(1);
    map[0] = 1;
    _exit(0);
  }
  int status = 0;
  wait(&status);
  printf("%d\n", WTERMSIG(status));
}

int main(void) {
  const int file = make_file("data");
  refusals(file);
  views(file);
  changes(file);
  family(file);
  lock();
  handled();
  return unlink("data") + unlink("lock") + unlink("grown");
}
