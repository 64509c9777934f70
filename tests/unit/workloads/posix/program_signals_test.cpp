#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox::program_signals_test {

using ProgramSignalsTest = CompiledTest;

TEST_F(ProgramSignalsTest, AHandlerRunsInTheMiddleOfALoopThatCallsNothing) {
  const CompiledRun run = run_c(R"(#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
volatile sig_atomic_t runs;
void on_alarm(int number) { runs += number == SIGALRM; }
int main(void) {
  struct itimerval often = {.it_interval = {0, 1000}, .it_value = {0, 1000}};
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &often, NULL);
  for (volatile long i = 0; runs < 5; ++i) {}
  printf("%d\n", runs);
  return 0;
})");
  EXPECT_EQ(run.output, "5\n");
}

TEST_F(ProgramSignalsTest, RegistersComeBackAfterAFault) {
  const CompiledRun run = run_c(R"(#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
char *page;
double noise;
void on_fault(int number) {
  for (int i = 1; i < 100; ++i) noise += 1.0 / i;
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
  (void)number;
}
int main(int argc, char **argv) {
  signal(SIGSEGV, on_fault);
  page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  double a = argc * 1.25, b = argc * 2.5, c = argc * 3.75;
  long d = argc * 11, e = argc * 22, f = argc * 33;
  page[7] = (char)(d + 1);
  printf("%.2f %.2f %.2f %ld %ld %ld %d\n", a, b, c, d, e, f, page[7]);
  return argv[0] == NULL;
})");
  EXPECT_EQ(run.output, "1.25 2.50 3.75 11 22 33 12\n");
}

TEST_F(ProgramSignalsTest, AHandlerMayMoveThePlaceThatFaulted) {
  const CompiledRun run = run_c(R"(#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>
void on_trap(int number, siginfo_t *info, void *context) {
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
  printf("%d %d\n", number, info->si_addr != NULL);
}
int main(void) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  sigaction(SIGILL, &action, NULL);
  __asm__ volatile("ud2");
  puts("behind");
  return 0;
})");
  EXPECT_EQ(run.output, "4 1\nbehind\n");
}

TEST_F(ProgramSignalsTest, ACallOfACancelledThreadDoesNotBeginAgainAfterAnotherHandler) {
  const CompiledRun run = run_c(R"(#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int ends[2];
void on_signal(int number) { (void)number; }
void *reads(void *unused) { char byte; read(ends[0], &byte, 1); return unused; }
int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  pthread_t thread;
  void *result;
  sigaction(SIGUSR1, &action, NULL);
  pipe(ends);
  pthread_create(&thread, NULL, reads, NULL);
  usleep(1000);
  pthread_kill(thread, SIGUSR1);  /* is taken first, and has it begin again */
  pthread_cancel(thread);
  pthread_join(thread, &result);
  printf("%d\n", result == PTHREAD_CANCELED);
  return 0;
})");
  EXPECT_EQ(run.output, "1\n");
}

TEST_F(ProgramSignalsTest, AFrameThatCannotBeWrittenEndsTheProcess) {
  const CompiledRun run = run_c(R"(#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
void on_signal(int number) { exit(number); }
int main(void) {
  void *room = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t stack = {.ss_sp = room, .ss_size = 65536};
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
  sigaltstack(&stack, NULL);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  return 0;
})");
  EXPECT_EQ(run.status, WaitStatus::killed_by(11));
}

}  // namespace signalbox::program_signals_test
