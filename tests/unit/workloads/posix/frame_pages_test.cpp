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

}  // namespace signalbox::frame_pages_test
