/* What the rules of mappings share. */
#pragma once

#include "rule.h"

#include <setjmp.h>
#include <sys/mman.h>

enum { page = 4096, read_write = PROT_READ | PROT_WRITE };

static inline char *map_anonymous(size_t pages, int sharing) {
  char *const at = mmap(NULL, pages * page, read_write, sharing | MAP_ANONYMOUS, -1, 0);
  HOLDS(at != MAP_FAILED);
  return at;
}

static sigjmp_buf back;
static siginfo_t fault;

static void on_fault(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  fault = *info;
  siglongjmp(back, 1);
}

/* The si_code of the SIGSEGV of an access to the byte; 0: there is none. */
static inline int fault_of(volatile char *at, int writes) {
  const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  HOLDS(sigaction(SIGSEGV, &action, NULL) == 0);
  if (sigsetjmp(back, 1) != 0) {
    HOLDS(fault.si_addr == (void *)at);
    return fault.si_code;
  }
  if (writes)
    *at = 'w';
  else
    (void)*at;
  return 0;
}
