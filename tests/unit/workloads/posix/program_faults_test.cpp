#include "tests/support/compiled_run.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox::program_faults_test {

using ProgramFaultsTest = CompiledTest;

// Vector and general registers, while other threads run and fault in between.
TEST_F(ProgramFaultsTest, AnAbsentPageLeavesRegistersAsTheyWere) {
  const std::string source = R"(#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
enum { pages = 64 };
static char *map;
static void *go(void *name) {
  long number = (long)name;
  double a = number * 1.5, b = number * 2.5;
  long c = number * 3, d = number * 4, sum = 0;
  for (int i = 0; i < pages; ++i) {
    map[(i * 7 % pages) * 4096 + number] += 1;
    sum += c + d;
    a += b;
  }
  printf("%.1f %ld\n", a, sum);
  return name;
}
int main(void) {
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(file, pages * 4096) < 0) return 1;
  map = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  pthread_t threads[4];
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, go, (void *)i);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  int sum = 0;
  for (int i = 0; i < pages * 4096; ++i) sum += map[i];
  printf("%d\n", sum);
  return 0;
})";
  for (const unsigned cpus : {1U, 2U}) {
    CompiledRun run = run_c(source, {.cpus = cpus});
    EXPECT_NE(run.output.find("161.5 448\n"), std::string::npos) << run.output;
    EXPECT_NE(run.output.find("484.5 1344\n"), std::string::npos) << run.output;
    EXPECT_NE(run.output.find("256\n"), std::string::npos) << run.output;
  }
}

TEST_F(ProgramFaultsTest, WhatIsBehindAFilesEndIsABusError) {
  const CompiledRun run = run_c(R"(#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
static char *map;
static void on_fault(int number, siginfo_t *info, void *context) {
  printf("%d %d %ld\n", number, info->si_code, (long)((char *)info->si_addr - map));
  exit(context == NULL);
}
int main(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &action, NULL);
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(file, 100) < 0) return 1;
  map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  map[4095] = 1;
  map[4099] = 1;
  return 0;
})");
  EXPECT_EQ(run.output, "7 2 4099\n");
}

// Handlers between accesses that fault change nothing of what these do.
TEST_F(ProgramFaultsTest, SignalsComeAfterAFault) {
  const CompiledRun run = run_c(R"(#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
static volatile sig_atomic_t runs;
static void on_alarm(int number) { runs += number == SIGALRM; }
int main(void) {
  signal(SIGALRM, on_alarm);
  int file = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(file, 200 * 4096) < 0) return 1;
  char *map = mmap(NULL, 200 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  struct itimerval often = {.it_interval = {0, 20}, .it_value = {0, 20}};
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < 200; ++i) {
    for (volatile int k = 0; k < 500; ++k) {}
    map[i * 4096] = (char)i;
  }
  int sum = 0;
  for (int i = 0; i < 200; ++i) sum += map[i * 4096] == (char)i;
  printf("%d %d\n", sum, runs > 2);
  return 0;
})");
  EXPECT_EQ(run.output, "200 1\n");
}

TEST_F(ProgramFaultsTest, OtherFaultsAreSignals) {
  EXPECT_EQ(run_c("int main(void) { *(volatile int *)8 = 1; return 0; }").status,
            WaitStatus::killed_by(static_cast<int>(Signal::sigsegv)));
  EXPECT_EQ(run_c("int main(int c, char **v) { volatile int zero = v == 0; return c / zero; }").status,
            WaitStatus::killed_by(static_cast<int>(Signal::sigfpe)));
}

}  // namespace signalbox::program_faults_test
