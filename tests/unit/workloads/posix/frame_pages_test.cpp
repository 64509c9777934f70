#include "workloads/posix/frame_pages.hpp"

#include "kernel/mm/space/shared_memory.hpp"
#include "tests/support/compiled_run.hpp"

namespace signalbox::frame_pages_test {

using FramePagesTest = CompiledTest;

TEST_F(FramePagesTest, HoldsFilesAndNothingElse) {
  CommitAccount commits({.ram_pages = 16});
  const Result<MemoryObjectRef> shared = SharedMemory::create(commits, 1, {}, SharedMemory::Reserve::none);
  EXPECT_FALSE(FramePages::is_of_file(Vma()));
  EXPECT_FALSE(FramePages::is_of_file({.range = {}, .object = *shared}));
}

// A read maps what is around, a write of each page is a fault of its own, and nothing else is one.
TEST_F(FramePagesTest, FaultsAreThoseOfANativeProgram) {
  const CompiledRun run = run_c(R"(#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
static long faults(void) { struct rusage use; getrusage(RUSAGE_SELF, &use); return use.ru_minflt; }
int main(void) {
  static char bytes[4 * 4096];
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (write(file, bytes, sizeof bytes) != sizeof bytes) return 1;
  volatile char *map = mmap(NULL, sizeof bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  long before = faults();
  for (int i = 0; i < 4; ++i) (void)map[i * 4096];
  printf("%ld ", faults() - before);
  for (int again = 0; again < 2; ++again) {
    for (int i = 0; i < 4; ++i) map[i * 4096] = 1;
    printf("%ld ", faults() - before);
  }
  mprotect((void *)map, sizeof bytes, PROT_READ);
  (void)map[0];
  printf("%ld\n", faults() - before);
  return 0;
})");
  EXPECT_EQ(run.output, "1 5 5 5\n");
}

// More than the host's pages that are shown at once.
TEST_F(FramePagesTest, AFileMayHaveManyPages) {
  const CompiledRun run = run_c(R"(#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
enum { pages = 9000 };
int main(void) {
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(file, pages * 4096L) < 0) return 1;
  char *map = mmap(NULL, pages * 4096L, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  for (long i = 0; i < pages; ++i) map[i * 4096] = (char)i;
  long wrong = 0;
  for (long i = 0; i < pages; ++i) {
    char byte = 0;
    wrong += pread(file, &byte, 1, i * 4096) != 1 || byte != (char)i || map[i * 4096] != (char)i;
  }
  printf("%ld\n", wrong);
  return 0;
})",
                                {.limit = 100_s});
  EXPECT_EQ(run.output, "0\n");
}

TEST_F(FramePagesTest, ExecAndExitLeaveNothingBehind) {
  const CompiledRun run = run_c(R"(#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(file, 8192) < 0) return 1;
  char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (argc > 1) { printf("%c\n", map[4096]); return 0; }
  char *own = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  own[0] = 'o';
  map[4096] = 'm';
  if (fork() == 0) execl(argv[0], argv[0], "again", (char *)NULL);
  wait(NULL);
  printf("%c\n", own[0]);
  return 0;
})");
  EXPECT_EQ(run.output, "m\no\n");
  EXPECT_EQ(run.end, RunEnd::finished);
}

// The memory was promised by the account of the program that goes.
TEST_F(FramePagesTest, SharedMemoryEndsWithTheProgramThatExecReplaces) {
  const CompiledRun run = run_c(R"(#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  map[0] = 'm';
  if (argc == 1) execl(argv[0], argv[0], "again", (char *)NULL);
  printf("%c %d\n", map[0], map[1]);
  return 0;
})",
                                {.paging = ProgramPaging::all});
  EXPECT_EQ(run.output, "m 0\n");
  EXPECT_EQ(run.end, RunEnd::finished);
}

constexpr auto forking_program = R"(#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096, pages = 50 };

static long faults(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return use.ru_minflt;
}

int main(void) {
  char *map = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  faults();
  long before = faults();
  for (int i = 0; i < pages; ++i) map[i * page] = 1;
  printf("first writes to %d pages: %ld faults\n", pages, faults() - before);
  fflush(stdout);
  if (fork() == 0) {
    int sum = 0;
    before = faults();
    for (int i = 0; i < pages; ++i) sum += map[i * page];
    printf("child reads them: %ld faults, sum %d\n", faults() - before, sum);
    before = faults();
    for (int i = 0; i < 20; ++i) map[i * page] = 2;
    printf("child writes to 20: %ld faults\n", faults() - before);
    exit(0);
  }
  wait(NULL);
  before = faults();
  for (int i = 0; i < pages; ++i) map[i * page] += 1;
  printf("parent writes to all: %ld faults, %d\n", faults() - before, map[0]);
  char *heap = malloc(1 << 20);
  before = faults();
  memset(heap, 3, 1 << 20);
  printf("a MiB of heap: %ld faults\n", faults() - before);
  return 0;
}
)";

// What the host's kernel counts, too (Linux 6.18).
TEST_F(FramePagesTest, WithPagingEachPageComesByItsFault) {
  constexpr auto expected =
      "first writes to 50 pages: 50 faults\n"
      "child reads them: 0 faults, sum 50\n"
      "child writes to 20: 20 faults\n"
      "parent writes to all: 50 faults, 2\n"
      "a MiB of heap: 256 faults\n";
  for (const unsigned cpus : {1U, 2U}) {
    const CompiledRun run = run_c(forking_program, {.cpus = cpus, .paging = ProgramPaging::all});
    EXPECT_EQ(run.output, expected);
    EXPECT_EQ(run_c(forking_program, {.cpus = cpus, .paging = ProgramPaging::all}).hash, run.hash);
  }
}

// Its results and arguments lie on pages of their own, which another process drives out of RAM.
constexpr std::string_view sleeping_program = R"(#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>
enum { page = 4096, descriptors = 900 };
static void eat(void) {
  for (int round = 0; round < 2; ++round) {
    char *much = mmap(NULL, 24 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (long i = 0; i < 24L << 20; i += page) much[i] = 1;
    munmap(much, 24 << 20);
  }
}
static char *fresh(long bytes) {
  char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(at, 0, bytes);
  return at;
}
int main(int argc, char **argv) {
  if (argc > 1) return printf("exec: %d words, the last of %zu\n", argc, strlen(argv[argc - 1])), 0;
  int event = eventfd(0, 0), set = epoll_create1(0), queue = msgget(IPC_PRIVATE, 0600);
  struct mq_attr size = {.mq_maxmsg = 1, .mq_msgsize = 8192};
  mqd_t posix = mq_open("/q", O_CREAT | O_RDWR, 0600, &size);
  for (int i = 0; i < 200; ++i) {
    int each = dup(event);
    epoll_ctl(set, EPOLL_CTL_ADD, each, &(struct epoll_event){.events = EPOLLIN | EPOLLET, .data.fd = each});
  }
  struct pollfd *files = (void *)fresh(descriptors * sizeof *files);
  for (int i = 0; i < descriptors; ++i) files[i] = (struct pollfd){.fd = event, .events = POLLIN};
  struct epoll_event *told = (void *)fresh(200 * sizeof *told);
  char *message = fresh(3 * page), *text = fresh(3 * page), *mqtext = fresh(3 * page);
  int *status = (void *)fresh(page);
  pid_t child = fork();
  if (child == 0) {
    eat();
    eventfd_write(event, 1);
    eat();
    *(long *)message = 1;
    memset(message + 8, 'm', 8000);
    msgsnd(queue, message, 8000, 0);
    eat();
    memset(mqtext, 'q', 8000);
    mq_send(posix, mqtext, 8000, 1);
    eat();
    _exit(7);
  }
  int ready = poll(files, descriptors, -1);
  printf("poll: %d, %d\n", ready, files[descriptors - 1].revents);
  printf("epoll_wait: %d\n", epoll_wait(set, told, 200, -1));
  ssize_t got = msgrcv(queue, text, 8100, 0, 0);
  printf("msgrcv: %zd %c\n", got, text[8007]);
  got = mq_receive(posix, mqtext, 8192, NULL);
  printf("mq_receive: %zd %c\n", got, mqtext[7999]);
  pid_t who = waitpid(child, status, 0);
  printf("waitpid: %d %d\n", who == child, WEXITSTATUS(*status));
  char **words = (void *)fresh(page), *strings = fresh(20 * page);
  words[0] = argv[0];
  for (int i = 1; i < 20; ++i) memset(words[i] = strings + i * page + 100, 'w', 5000 - i * 100);
  char *path = fresh(2 * page);
  memset(path + 3000, '/', 2000);
  strcpy(path + 5000, "dev/null");
  eat();
  printf("access: %d\n", access(path + 3000, R_OK));
  fflush(stdout);
  eat();
  return execv(argv[0], words);
}
)";

TEST_F(FramePagesTest, WhatACallNeedsAtItsEndStays) {
  MemoryConfig memory;
  memory.bytes = std::uint64_t{16} << 20U;
  memory.swap_bytes = std::uint64_t{128} << 20U;
  const CompiledRun run = run_c(sleeping_program, {.limit = 1000_s, .paging = ProgramPaging::all, .memory = memory});
  EXPECT_EQ(run.output,
            "poll: 900, 1\n"
            "epoll_wait: 200\n"
            "msgrcv: 8000 m\n"
            "mq_receive: 8000 q\n"
            "waitpid: 1 7\n"
            "access: 0\n"
            "exec: 20 words, the last of 3100\n");
}

}  // namespace signalbox::frame_pages_test
