/* SA_ONSTACK runs on the alternate stack, so stack overflow can be handled. */
#include "../rule.h"

#include <setjmp.h>

static sigjmp_buf back;
static char room[65536];
static volatile sig_atomic_t is_on_room, was_reported;
static void on_fault(int number) {
  char here;
  stack_t now;
  (void)number;
  is_on_room = &here >= room && &here < room + sizeof room;
  was_reported = sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_ONSTACK;
  siglongjmp(back, 1);
}
static int sink(volatile char *from, int depth) {
  volatile char more[4096];
  more[0] = from[0];
  return depth == 0 ? more[0] : sink(more, depth - 1) + more[0];
}

int main(void) {
  const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
  stack_t now;
  FAILS(sigaltstack(&(stack_t){.ss_sp = room, .ss_size = 100}, NULL), ENOMEM);
  HOLDS(sigaltstack(&stack, NULL) == 0);
  HOLDS(sigaction(SIGSEGV, &action, NULL) == 0);
  volatile char begin[1] = {1};
  for (int i = 0; i < 2; ++i) {
    is_on_room = was_reported = 0;
    if (sigsetjmp(back, 1) == 0) sink(begin, 1 << 20);
    HOLDS(is_on_room && was_reported);
  }
  HOLDS(sigaltstack(NULL, &now) == 0 && now.ss_flags == 0 && now.ss_sp == room);
  const pid_t child = CHILD({
    action.sa_flags = 0;
    HOLDS(sigaction(SIGSEGV, &action, NULL) == 0);
    sink(begin, 1 << 20);
  });
  HOLDS(end_of(child) == -SIGSEGV);
  return 0;
}
