/* Returning from a SIGSEGV handler repeats the faulting access. */
#include "../rule.h"

#include <sys/mman.h>

static volatile int *volatile page;
static volatile sig_atomic_t runs;
static void on_fault(int number) {
  (void)number;
  if (++runs == 3) HOLDS(mprotect((void *)page, 4096, PROT_READ | PROT_WRITE) == 0);
}

int main(void) {
  signal(SIGSEGV, on_fault);
  page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HOLDS(page != MAP_FAILED);
  volatile double before = 1.5;
  double kept = before * 3;
  *page = 77;
  HOLDS(runs == 3 && *page == 77 && kept == 4.5);
  return 0;
}
