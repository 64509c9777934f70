/* Faults: SIGSEGV with SEGV_MAPERR (no mapping) or SEGV_ACCERR (protection) and the address; SIGBUS beyond an object;
 * SIGFPE with FPE_INTDIV. */
#include "../rule.h"

#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf back;
static volatile int number, code;
static void *volatile address;
static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  number = signal;
  code = info->si_code;
  address = info->si_addr;
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  HOLDS(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGFPE, &action, NULL) == 0);
  volatile char *volatile page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HOLDS(page != MAP_FAILED);
  page[0] = 1;
  HOLDS(mprotect((void *)page, 4096, PROT_READ) == 0);
  HOLDS(munmap((void *)(page + 4096), 4096) == 0);
  if (sigsetjmp(back, 1) == 0) page[3] = 1;
  HOLDS(number == SIGSEGV && code == SEGV_ACCERR && address == page + 3);
  if (sigsetjmp(back, 1) == 0) page[4100] = 1;
  HOLDS(number == SIGSEGV && code == SEGV_MAPERR && address == page + 4100);
  if (sigsetjmp(back, 1) == 0) *(volatile int *volatile)16 = 1;
  HOLDS(number == SIGSEGV && code == SEGV_MAPERR && address == (void *)16);
  volatile int zero = 0;
  if (sigsetjmp(back, 1) == 0) zero = 7 / zero;
  HOLDS(number == SIGFPE && code == FPE_INTDIV && address != NULL);
  return 0;
}
