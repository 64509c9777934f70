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

/* The si_code of the signal of an access to the byte; 0: there is none. */
static inline int signal_of(int number, volatile char *at, int writes) {
  const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  HOLDS(sigaction(number, &action, NULL) == 0);
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
static inline int fault_of(volatile char *at, int writes) { return signal_of(SIGSEGV, at, writes); }
static inline int bus_error_of(volatile char *at, int writes) { return signal_of(SIGBUS, at, writes); }

/* A file of so many bytes, each an x. */
static inline int file_of(const char *name, size_t bytes) {
  const int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  HOLDS(file >= 0);
  for (size_t i = 0; i < bytes; ++i) HOLDS(write(file, "x", 1) == 1);
  return file;
}

static inline char *map_file(int file, size_t pages, int sharing) {
  char *const at = mmap(NULL, pages * page, read_write, sharing, file, 0);
  HOLDS(at != MAP_FAILED);
  return at;
}

static inline char byte_of(int file, off_t at) {
  char byte = 0;
  HOLDS(pread(file, &byte, 1, at) == 1);
  return byte;
}
