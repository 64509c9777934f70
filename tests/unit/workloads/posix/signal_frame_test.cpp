#include "workloads/posix/signal_frame.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

// sigaltstack(2), getcontext(3)
namespace signalbox::signal_frame_test {

TEST(SignalFrame, IsWhatAHandlerWithInfoSees) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <signal.h>
#include <stdio.h>
#include <ucontext.h>
#include <unistd.h>
char room[32768];
void on_signal(int number, siginfo_t *info, void *at) {
  ucontext_t *context = at;
  char here;
  printf("%d %d %d\n", number, info->si_signo, info->si_value.sival_int);
  printf("mask %d %d\n", sigismember(&context->uc_sigmask, SIGHUP), sigismember(&context->uc_sigmask, SIGINT));
  printf("stack %d %d\n", context->uc_stack.ss_sp == room, &here >= room && &here < room + sizeof room);
  sigaddset(&context->uc_sigmask, SIGINT);
}
int main(void) {
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_SETMASK, &set, NULL);
  sigaltstack(&stack, NULL);
  sigaction(SIGRTMIN, &action, NULL);
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 99});
  sigprocmask(SIG_SETMASK, NULL, &set);
  printf("after %d\n", sigismember(&set, SIGINT));
  return 0;
})");
  EXPECT_EQ(run.output, "34 34 99\nmask 1 0\nstack 1 1\nafter 1\n");
}

}  // namespace signalbox::signal_frame_test
